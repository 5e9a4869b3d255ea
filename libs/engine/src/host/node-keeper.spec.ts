import { SilentLogger, type NodeIdentity, type NodeRegistration } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeKeeper } from './node-keeper.js';
import { SystemClock } from './system.js';

/** A store whose joins can be held up. */
class SlowlyJoining extends MemoryStore {
  gate: Promise<void> = Promise.resolve();

  override async join(registration: NodeRegistration): Promise<NodeIdentity> {
    await this.gate;
    return super.join(registration);
  }
}

const clock = new SystemClock();
let store: SlowlyJoining;
let keeper: NodeKeeper;
beforeEach(async () => {
  store = new SlowlyJoining({ clock });
  await store.open();
  const options = { leaseMs: 60_000, pollIntervalMs: 60_000 };
  const owner = {
    workflowIds: () => [],
    fenced: () => undefined,
    rung: () => undefined,
    tookOver: () => undefined,
  };
  keeper = new NodeKeeper(store, clock, new SilentLogger(), options, 'node', owner);
  await keeper.start();
});
afterEach(async () => {
  await keeper.stop();
  await store.close();
});

describe('a node whose epoch was declared dead', () => {
  it('begins one new epoch, also when a heartbeat comes while it is joining', async () => {
    const { rejoined, open } = await rejoinHeldUp();
    const beat = keeper.beat();
    open();
    await Promise.all([rejoined, beat]);
    expect(await store.nodes()).toMatchObject([{ epoch: 2, state: 'alive' }]);
  });

  it('leaves the epoch it was about to begin when it is stopped meanwhile', async () => {
    const { rejoined, open } = await rejoinHeldUp();
    const stopped = keeper.stop();
    open();
    await Promise.all([rejoined, stopped]);
    expect(await store.nodes()).toMatchObject([{ state: 'left' }]);
  });
});

async function rejoinHeldUp(): Promise<{ rejoined: Promise<void>; open: () => void }> {
  const first = keeper.node!;
  await store.takeover(first);
  let open = (): void => undefined;
  store.gate = new Promise((resolve) => (open = resolve));
  return { rejoined: keeper.rejoin(first), open };
}
