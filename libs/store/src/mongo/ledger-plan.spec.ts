import { describe, expect, it } from 'vitest';
import { planPass, type Fresh, type FreshInstance, type FreshRow } from './ledger-plan.js';

const BEFORE = { _id: 4, to: 100, audTo: 7 };

function row(r: number, ord: string, overrides: Partial<FreshRow> = {}): FreshRow {
  return { r, ord, at: 60_000 + r, tell: ['step.completed'], ...overrides };
}

function instance(
  id: string,
  log: readonly FreshRow[],
  overrides: Partial<FreshInstance> = {},
): FreshInstance {
  const rev = log.at(-1)?.r ?? 0;
  return { _id: id, created: 60_000, rev, seq: 0, told: 0, wf: 'w@1', log, ...overrides };
}

const plan = (fresh: Partial<Fresh>) =>
  planPass(BEFORE, { instances: [], events: [], entries: [], ...fresh }, 5);

describe('A pass of the ledger', () => {
  it('goes on where the one before has ended', () => {
    const pass = plan({ instances: [instance('a', [row(1, 'k1'), row(2, 'k2')])] });

    expect(pass).toMatchObject({ _id: 5, from: 100, to: 102, audTo: 7, at: 5 });
    expect(pass.runs).toEqual([{ d: 0, f: 1, t: 2 }]);
    expect(pass.docs).toEqual([{ i: 'a', created: 60_000, rev: 2, seq: 0, pos: 102 }]);
  });

  it('places the rows of several instances in the order of their keys', () => {
    const pass = plan({
      instances: [
        instance('a', [row(1, 'k1'), row(2, 'k4'), row(3, 'k5')]),
        instance('b', [row(1, 'k2'), row(2, 'k3')]),
      ],
    });

    expect(pass.runs).toEqual([
      { d: 0, f: 1, t: 1 },
      { d: 1, f: 1, t: 2 },
      { d: 0, f: 2, t: 3 },
    ]);
    expect(pass.docs.map(({ pos }) => pos)).toEqual([105, 103]);
  });

  it('keeps the order of the revisions where the clock of another owner was behind', () => {
    const pass = plan({
      instances: [instance('a', [row(1, 'k5'), row(2, 'k1')]), instance('b', [row(1, 'k3')])],
    });

    expect(pass.runs).toEqual([
      { d: 1, f: 1, t: 1 },
      { d: 0, f: 1, t: 2 },
    ]);
  });

  it('gives no place to what tells nothing, and none twice to what is known', () => {
    const rows = [row(1, 'k1'), row(2, 'k2', { tell: [] }), row(3, 'k3'), row(4, 'k4')];
    const pass = plan({ instances: [instance('a', rows, { told: 1 })] });

    expect(pass.runs).toEqual([{ d: 0, f: 3, t: 4 }]);
    expect(pass.to).toBe(102);
    expect(plan({ instances: [instance('a', rows, { told: 4 })] })).toMatchObject({ to: 100, runs: [] });
  });

  it('counts a start once, by the minute it was created in, and each end by its own', () => {
    const log = [
      row(1, 'k1', { at: 61_000, e: 'failed' }),
      row(2, 'k2', { at: 125_000, e: 'completed', tell: [] }),
    ];
    const none = { wf: 'w@1', started: 0, completed: 0, failed: 0, cancelled: 0 };

    expect(plan({ instances: [instance('a', log, { told: -1 })] }).stat).toEqual([
      { ...none, minute: 60_000, started: 1, failed: 1, durationMs: 1_000 },
      { ...none, minute: 120_000, completed: 1, durationMs: 65_000 },
    ]);
    expect(plan({ instances: [instance('a', log, { told: 1 })] }).stat).toEqual([
      { ...none, minute: 120_000, completed: 1, durationMs: 65_000 },
    ]);
  });

  it('numbers audit entries in the order of their keys, wherever they lie', () => {
    const pass = plan({
      instances: [
        instance('a', [], {
          aud: [
            { k: 'k2', l: '' },
            { k: 'k4', l: '' },
          ],
        }),
      ],
      events: [{ _id: 'e', aud: { k: 'k3', l: '' } }],
      entries: [{ _id: 'alone', un: 'k1' }],
    });

    expect(pass.audTo).toBe(11);
    expect(pass.aud).toEqual([
      { in: 'audit', id: 'alone', k: 'k1' },
      { in: 'instances', id: 'a', k: 'k2' },
      { in: 'events', id: 'e', k: 'k3' },
      { in: 'instances', id: 'a', k: 'k4' },
    ]);
  });

  it('is bounded, but takes at least one instance', () => {
    const long = (id: string) =>
      instance(
        id,
        Array.from({ length: 15_000 }, (_, index) => row(index + 1, `k${id}${index}`)),
      );

    expect(plan({ instances: [long('a'), long('b')] }).docs.map(({ i }) => i)).toEqual(['a']);
    const huge = { ...long('a'), log: [...long('a').log, ...long('a').log] };
    expect(plan({ instances: [huge, long('b')] }).docs).toHaveLength(1);
  });
});
