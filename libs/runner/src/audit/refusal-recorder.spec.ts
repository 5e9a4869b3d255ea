import { StoreUnavailableError, type NewAuditEntry } from '@workflow-runner/contract';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { LogBook } from '../../../../test/runner/lab.js';
import type { Refusal } from './refusal-ledger.js';
import { RefusalRecorder } from './refusal-recorder.js';

const MINUTE = 60_000;
const REFUSAL: Refusal = {
  ...{ caller: null, address: '10.0.0.1', action: 'workflow:view', code: 'UNAUTHENTICATED', path: '/' },
};

function setUp() {
  const clock = new ManualClock();
  const logger = new LogBook();
  const written: NewAuditEntry[] = [];
  const store = { isAway: false, hangs: false, calls: 0 };
  const operations = {
    audit: async (entries: readonly NewAuditEntry[]): Promise<void> => {
      store.calls += 1;
      if (store.hangs) await new Promise(() => undefined);
      if (store.isAway) throw new StoreUnavailableError('away');
      written.push(...entries);
    },
  };
  let ids = 0;
  const recorder = new RefusalRecorder({
    ...{ clock, logger, operations, store: { now: () => clock.now() } },
    ids: { next: () => `id-${(ids += 1)}` },
  });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, logger, written, store, recorder, pass };
}

describe('The recorder of refusals', () => {
  it('writes once, when the minute is over', async () => {
    const { clock, written, store, recorder, pass } = setUp();
    const left = MINUTE - (clock.now() % MINUTE);
    for (let n = 0; n < 100; n += 1) recorder.note(REFUSAL);
    await pass(left - 1);
    expect(store.calls).toBe(0);
    await pass(1);

    expect(written).toMatchObject([{ details: { count: 100 } }]);
    await pass(10 * MINUTE);
    expect(store.calls).toBe(1);
  });

  it('goes on with the next minute', async () => {
    const { written, recorder, pass } = setUp();
    recorder.note(REFUSAL);
    await pass(MINUTE);
    recorder.note(REFUSAL);
    recorder.note(REFUSAL);
    await pass(MINUTE);

    expect(written.map(({ details }) => details['count'])).toEqual([1, 2]);
  });

  it('keeps them while the store is away, under the same ids', async () => {
    const { written, store, logger, recorder, pass } = setUp();
    store.isAway = true;
    recorder.note(REFUSAL);
    await pass(MINUTE);
    expect(logger.of('warn')).toEqual(['audit.refusals-wait']);
    store.isAway = false;
    await pass(MINUTE);

    expect(written).toMatchObject([{ id: 'id-1', details: { count: 1 } }]);
  });

  it('writes at its stop what there is, and takes nothing more', async () => {
    const { written, recorder } = setUp();
    recorder.note(REFUSAL);
    await recorder.stop();
    recorder.note(REFUSAL);
    await recorder.stop();

    expect(written).toHaveLength(1);
  });

  it('does not hold up a stop where the store does not answer', async () => {
    const { store, logger, recorder, pass } = setUp();
    store.hangs = true;
    recorder.note(REFUSAL);
    let isDone = false;
    void recorder.stop().then(() => (isDone = true));
    await pass(500);

    expect(isDone).toBe(true);
    expect(logger.of('warn')).toEqual(['audit.refusals-lost']);
  });
});
