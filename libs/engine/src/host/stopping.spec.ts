import { StoreLockedError, type Store, type Timer } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { gate, HostLab, type Data } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import type { WorkflowHost } from './workflow-host.js';

const DRAIN_MS = 1_000;
/** What a stop may take when nothing answers: the drain limit, then half a second each for the relay and the node. */
const LONGEST_MS = DRAIN_MS + 2 * 500;
const LEASE_MS = 15_000;

/** Knows which timers would keep the process alive. */
class WatchedClock extends ManualClock {
  readonly armed = new Set<object>();

  override setTimer(delayMs: number, fire: () => void, background = false): Timer {
    const handle = {};
    if (!background) this.armed.add(handle);
    const timer = super.setTimer(delayMs, () => {
      this.armed.delete(handle);
      fire();
    });
    return {
      clear: () => {
        this.armed.delete(handle);
        timer.clear();
      },
    };
  }
}

/** A store that goes away: its calls wait until it is back, or are refused. */
class Away {
  readonly store: Store;
  private isAway = false;
  private back = Promise.resolve();
  private comeBack: () => void = () => undefined;

  constructor(
    clock: ManualClock,
    private readonly kind: 'wait' | 'are refused',
  ) {
    this.store = new Proxy<Store>(new MemoryStore({ clock }), {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = value.bind(target) as (...args: unknown[]) => unknown;
        return AT_HAND.has(name) ? call : (...args: unknown[]) => this.answer(() => call(...args));
      },
    });
  }

  leave(): void {
    this.isAway = true;
    this.back = new Promise((resolve) => (this.comeBack = resolve));
  }

  return(): void {
    this.isAway = false;
    this.comeBack();
  }

  private async answer(call: () => unknown): Promise<unknown> {
    if (this.isAway && this.kind === 'are refused') throw new StoreLockedError('The store is locked');
    if (this.isAway) await this.back;
    return call();
  }
}

/** What needs no answer of the store's file. */
const AT_HAND = new Set<PropertyKey>(['now', 'health', 'open', 'close', 'onHint']);

/** A node with a step whose end is on its way to the store when the store goes away. Another step follows. */
async function cutOff(kind: 'wait' | 'are refused') {
  const clock = new WatchedClock();
  const away = new Away(clock, kind);
  const lab = await HostLab.open(() => away.store, clock);
  const [work, more] = [gate(), gate()];
  const build = (builder: WorkflowBuilder<Data>) => void builder.startWith(work.body).then(more.body);
  const workflows = { one: build };
  const { host, ops } = await lab.join(workflows, { nodeId: 'first', leaseMs: LEASE_MS });
  const id = await lab.start(ops, { workflowId: 'one' });
  away.leave();
  work.open();
  // Heartbeats and looks at the store are under way too.
  await lab.pass(LEASE_MS, 500);
  const finish = async (): Promise<void> => {
    for (const step of [work, more]) {
      step.open();
      await lab.settle();
    }
    expect((await lab.record(id)).status).toBe('completed');
    // A commit that waited is written when the store is back; one that was refused is lost with its node.
    expect([work.runs, more.runs]).toEqual([kind === 'wait' ? 1 : 2, 1]);
  };
  return { lab, clock, away, workflows, host, finish };
}

/** @returns how long it took, in ms */
async function stop(lab: HostLab<Store>, host: WorkflowHost): Promise<number> {
  let isDone = false;
  void host.stop(DRAIN_MS).then(() => (isDone = true));
  for (let took = 0; took < 60_000; took += 50) {
    await lab.settle();
    if (isDone) return took;
    await lab.pass(50);
  }
  throw new Error('It has not stopped within a minute');
}

describe.each(['wait', 'are refused'] as const)('A stop while calls of the store %s', (kind) => {
  it('ends within its limit and leaves nothing behind that keeps the process alive', async () => {
    const { lab, clock, away, host } = await cutOff(kind);

    expect(await stop(lab, host)).toBeLessThanOrEqual(LONGEST_MS);

    expect(clock.armed.size).toBe(0);
    away.return();
    await lab.settle();
    expect(clock.armed.size).toBe(0);
  });

  it('lets another node take over when the store is back', async () => {
    const { lab, away, workflows, host, finish } = await cutOff(kind);
    await stop(lab, host);
    away.return();

    await lab.join(workflows, { nodeId: 'second', leaseMs: LEASE_MS });
    await lab.pass(LEASE_MS + 2_000, 500);

    await finish();
  });

  it('lets the same node start again, also when the store comes back only then', async () => {
    const { lab, away, host, finish } = await cutOff(kind);
    await stop(lab, host);
    if (kind === 'are refused') away.return();

    const started = host.start();
    await lab.settle();
    away.return();
    await started;
    await lab.settle();

    expect((await lab.store.nodes()).map(({ epoch, state }) => ({ epoch, state }))).toEqual([
      { epoch: host.node!.epoch, state: 'alive' },
    ]);
    await finish();
  });
});

it('A stop where the store answers leaves no timer behind either', async () => {
  const clock = new WatchedClock();
  const lab = await HostLab.open(undefined, clock);
  const { host } = await lab.join({});
  expect(clock.armed.size).toBeGreaterThan(0);

  await host.stop();

  expect(clock.armed.size).toBe(0);
});
