import { InstanceNotFoundError, StoreUnavailableError, WaitTimedOutError } from '@workflow-runner/contract';
import { ManualClock } from '@workflow-runner/testing';
import { MemoryStore } from '@workflow-runner/store/memory';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aCommit, aRest, aStart } from '../../../testing/src/store-contract/samples.js';
import { Completions } from './completions.js';

const REGISTRATION = { nodeId: 'n', leaseMs: 1_000, workflowIds: [] };

describe('Completions', () => {
  /** A while passes, and whatever is asked then is answered. */
  async function passes(ms: number): Promise<void> {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  let clock: ManualClock;
  let store: MemoryStore;
  let completions: Completions;
  const here = new Set<string>();

  beforeEach(async () => {
    here.clear();
    clock = new ManualClock();
    store = new MemoryStore({ clock });
    await store.open();
    completions = new Completions(store, clock, (id) => here.has(id));
  });

  async function startedElsewhere(...ids: string[]): Promise<(id: string) => Promise<unknown>> {
    const node = await store.join(REGISTRATION);
    const receipts = await store.create(ids.map((id) => aStart(id, { claimBy: node })));
    return (id) => {
      const receipt = receipts[ids.indexOf(id)]!;
      if (receipt.verdict !== 'created') throw new Error(receipt.verdict);
      const snapshot = '{"v":1,"n":0,"p":[],"d":{"x":1},"f":{}}';
      return store.commit(aCommit(receipt.record, { ...aRest('completed'), snapshot }));
    };
  }

  it('asks the store once for all who begin to wait together', async () => {
    const end = await startedElsewhere('a', 'b', 'c');
    for (const id of ['a', 'b', 'c']) await end(id);
    const statuses = vi.spyOn(store, 'statuses');

    const ended = await Promise.all(['a', 'b', 'c'].map((id) => completions.wait(id, null)));

    expect(ended.map(({ record, data }) => [record.id, data])).toEqual([
      ['a', { x: 1 }],
      ['b', { x: 1 }],
      ['c', { x: 1 }],
    ]);
    expect(statuses.mock.calls).toEqual([[['a', 'b', 'c']]]);
  });

  it('hears within a moment of what ends in another process', async () => {
    const end = await startedElsewhere('a');
    const waiting = completions.wait('a', null);
    await vi.waitFor(() => expect(completions.isAwaited('a')).toBe(true));
    await end('a');
    await passes(200);

    expect((await waiting).record.status).toBe('completed');
    expect(completions.isAwaited('a')).toBe(false);
  });

  it('never asks for what runs here', async () => {
    const statuses = vi.spyOn(store, 'statuses');
    here.add('a');
    const refused = expect(completions.wait('a', 1_000)).rejects.toThrow(WaitTimedOutError);
    await passes(999);
    expect(statuses).not.toHaveBeenCalled();
    await passes(1);
    await refused;
  });

  it('lets thousands take turns, and hears of each', async () => {
    const ids = Array.from({ length: 1_200 }, (_, i) => `i${i}`);
    const end = await startedElsewhere(...ids);
    const waiting = Promise.all(ids.map((id) => completions.wait(id, null)));
    await vi.waitFor(() => expect(completions.isAwaited('i1199')).toBe(true));
    for (const id of ids) await end(id);
    const statuses = vi.spyOn(store, 'statuses');
    for (let look = 0; look < 3; look += 1) await passes(200);

    expect((await waiting).length).toBe(1_200);
    expect(Math.max(...statuses.mock.calls.map(([asked]) => asked.length))).toBe(500);
  });

  it('refuses what nobody knows, and says when the store cannot answer', async () => {
    await expect(completions.wait('nobody', null)).rejects.toThrow(InstanceNotFoundError);
    vi.spyOn(store, 'statuses').mockRejectedValueOnce(new StoreUnavailableError('away'));
    await expect(completions.wait('a', null)).rejects.toThrow(StoreUnavailableError);
    expect(completions.isAwaited('a')).toBe(false);
  });

  it('goes on looking when the store was away at a look', async () => {
    const end = await startedElsewhere('a');
    const waiting = completions.wait('a', null);
    await vi.waitFor(() => expect(completions.isAwaited('a')).toBe(true));
    await end('a');
    vi.spyOn(store, 'statuses').mockRejectedValueOnce(new StoreUnavailableError('away'));
    await passes(200);
    await passes(200);

    expect((await waiting).record.id).toBe('a');
  });

  it('looks once at a time, also where one leaves and another comes during a look', async () => {
    await startedElsewhere('a', 'b');
    const first = expect(completions.wait('a', 250)).rejects.toThrow(WaitTimedOutError);
    await passes(0);
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const statuses = vi.spyOn(store, 'statuses').mockImplementationOnce(() => held.then(() => new Map()));
    await passes(200);
    await passes(50);
    await first;
    const second = expect(completions.wait('b', 1_000)).rejects.toThrow(WaitTimedOutError);
    answer();
    await passes(0);
    statuses.mockClear();
    for (let time = 0; time < 600; time += 50) await passes(50);

    expect(statuses.mock.calls).toEqual([[['b']], [['b']], [['b']]]);
    await passes(400);
    await second;
  });

  it('holds no timer when nobody waits', async () => {
    const end = await startedElsewhere('a');
    await end('a');
    await completions.wait('a', null);
    const statuses = vi.spyOn(store, 'statuses');
    await passes(10_000);
    expect(statuses).not.toHaveBeenCalled();
  });
});
