import { StoreUnavailableError, type Clock, type NodeIdentity } from '@workflow-runner/contract';
import { type WorkflowBuilder } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { HostLab, next, step, type Data } from '../../../../test/engine/host-lab.js';

/** Away until it is told otherwise; says how often somebody tried to join. */
class LateStore extends MemoryStore {
  isAway = true;
  isAwayFor: 'everything' | 'nodes' = 'everything';
  tries = 0;

  private ask(): void {
    if (this.isAway) throw new StoreUnavailableError('The store is away');
  }

  override async define(...asked: Parameters<MemoryStore['define']>): Promise<void> {
    this.tries += 1;
    if (this.isAwayFor === 'everything') this.ask();
    return super.define(...asked);
  }

  override async join(...asked: Parameters<MemoryStore['join']>): Promise<NodeIdentity> {
    this.ask();
    return super.join(...asked);
  }
}

async function lateLab(): Promise<{ lab: HostLab; store: LateStore }> {
  let store!: LateStore;
  const lab = await HostLab.open((clock: Clock) => (store = new LateStore({ clock })));
  return { lab, store };
}

const QUICK = { quick: (builder: WorkflowBuilder<Data>): void => void builder.startWith(step(next)) };

describe('a host whose store is away at the start', () => {
  it('begins as soon as the store is there, and runs what waited for it', async () => {
    const { lab, store } = await lateLab();
    const { host, ops } = await lab.join(QUICK);
    expect([host.isRunning, host.beginning.isOver, host.node]).toEqual([true, false, null]);
    let begun = 0;
    host.beginning.onOver(() => (begun += 1));
    await lab.pass(10_000, 1_000);
    expect([host.beginning.isOver, begun, store.tries]).toEqual([false, 0, 11]);

    store.isAway = false;
    await lab.pass(1_000);
    expect([host.beginning.isOver, begun]).toEqual([true, 1]);
    const id = await lab.start(ops, { workflowId: 'quick' });
    await lab.settle();
    expect((await ops.get(id))?.record.status).toBe('completed');
    await host.stop();
  });

  it('begins once, however far it had come before', async () => {
    const { lab, store } = await lateLab();
    store.isAwayFor = 'nodes';
    const { host } = await lab.join(QUICK);
    await lab.pass(3_000, 1_000);
    store.isAway = false;
    await lab.pass(1_000);
    expect((await store.nodes()).map(({ epoch, state }) => [epoch, state])).toEqual([[1, 'alive']]);
    await host.stop();
  });

  it('stops without having begun, tries no more, and may be started again', async () => {
    const { lab, store } = await lateLab();
    const { host } = await lab.join(QUICK);
    const begun: string[] = [];
    host.beginning.onOver(() => begun.push('first'));
    await host.stop();
    const { tries } = store;
    store.isAway = false;
    await lab.pass(5_000, 1_000);
    expect([store.tries, begun]).toEqual([tries, []]);
    await host.start();
    expect([host.beginning.isOver, begun]).toEqual([true, []]);
    await host.stop();
  });
});
