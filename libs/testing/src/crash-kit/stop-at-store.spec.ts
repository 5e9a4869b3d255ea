import type { Commit, Store } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { stopAtDriver, stopAtStore } from './stop-at-store.js';
import { StopPoints } from './stop-points.js';

/** Notes what is passed instead of dying. */
class Notes extends StopPoints {
  readonly points: string[] = [];

  override pass(point: string): void {
    this.points.push(point);
  }
}

/** As much of a store and its driver as is needed to see the order of things. */
function storeWith(stops: StopPoints): Store {
  const driver = stopAtDriver({ transaction: <T>(work: () => T): T => work() }, stops);
  const write = async (): Promise<void> => driver.transaction(() => undefined);
  const store = { now: () => 42, create: write, commit: write, load: write, closed: false };
  return stopAtStore(store as unknown as Store, stops);
}

describe('stopAtStore', () => {
  it('passes before the call, inside its transaction, after COMMIT, and when it was answered', async () => {
    const stops = new Notes();
    await storeWith(stops).create([]);
    expect(stops.points).toEqual(['create.before', 'create.inside', 'create.stored', 'create.after']);
  });

  it('calls a commit that gives the instance up a rest', async () => {
    const stops = new Notes();
    await storeWith(stops).commit({ rest: { status: 'waiting' } } as Commit);
    expect(stops.points[0]).toBe('rest.before');
    await storeWith(stops).commit({ rest: null } as Commit);
    expect(stops.points.at(-1)).toBe('commit.after');
  });

  it('tells a claim of what is due from one of what will be due soon', async () => {
    const stops = new Notes();
    const store = stopAtStore({ claim: async () => [] } as unknown as Store, stops);
    const node = { nodeId: 'n', epoch: 1 };
    await store.claim(node, { limit: 1, workflowIds: [] });
    await store.claim(node, { limit: 1, workflowIds: [], aheadMs: 5 });
    const points = ['claim.before', 'claim.after', 'ahead.before', 'ahead.after'];
    expect(stops.points).toEqual(points);
  });

  it('does not look inside the transactions of others where there was nothing to seal', async () => {
    const stops = new Notes();
    const driver = stopAtDriver({ transaction: <T>(work: () => T): T => work() }, stops);
    const store = { seal: async () => 0, create: async () => driver.transaction(() => undefined) };
    const stopping = stopAtStore(store as unknown as Store, stops);
    await stopping.seal('a', 1);
    await stopping.create([]);
    expect(stops.points.filter((point) => point.startsWith('seal'))).toEqual(['seal.before', 'seal.after']);
  });

  it('leaves everything else as it is', async () => {
    const stops = new Notes();
    const store = storeWith(stops);
    await store.load('i');
    expect(store.now()).toBe(42);
    expect(stops.points).toEqual([]);
  });
});

describe('stopAtDriver', () => {
  it('keeps what waits for the write lock on its way until it is in', async () => {
    const stops = new Notes();
    let locked = true;
    const driver = stopAtDriver(
      {
        transaction: <T>(work: () => T): T => {
          if (locked) throw new Error('locked');
          return work();
        },
      },
      stops,
    );
    const create = async (): Promise<void> => {
      try {
        driver.transaction(() => undefined);
      } catch {
        locked = false;
        driver.transaction(() => undefined);
      }
    };
    await stopAtStore({ create } as unknown as Store, stops).create([]);
    expect(stops.points).toEqual(['create.before', 'create.inside', 'create.stored', 'create.after']);
  });
});
