import { describe, expect, it } from 'vitest';
import { foreignShare, judge, MOST_FOREIGN, quietest, readTicks } from './foreign-load.mjs';

const MACHINE = 'cpu  100 5 20 1000 50 3 7 15 90 0\ncpu0 1 1 1 1 1 1 1 1 1 1\nbtime 1\n';
const SELF = '42 (a name) with) brackets) S 1 42 42 0 -1 4194304 9 9 9 9 11 7 100 30 20 0 1 0\n';

describe('readTicks', () => {
  it('adds up what all CPUs did, without counting guests twice, and what this process and its children did', () => {
    expect(readTicks(MACHINE, SELF)).toEqual({ total: 1200, busy: 150, own: 148 });
  });

  it('knows nothing where there is no /proc', () => {
    expect(readTicks(null, SELF)).toBeNull();
    expect(readTicks(MACHINE, null)).toBeNull();
    expect(readTicks('intr 1 2\n', SELF)).toBeNull();
  });
});

describe('foreignShare', () => {
  const before = { total: 1_000, busy: 500, own: 100 };

  it('is what was busy without this process and its children, of all CPUs', () => {
    expect(foreignShare(before, { total: 1_400, busy: 700, own: 180 })).toBeCloseTo(0.3);
  });

  it('is never below nothing or above everything', () => {
    expect(foreignShare(before, { total: 1_400, busy: 600, own: 250 })).toBe(0);
    expect(foreignShare(before, { total: 1_400, busy: 1_000, own: 90 })).toBe(1);
  });

  it('is not known without both looks, or when no time has passed', () => {
    expect(foreignShare(null, before)).toBeNull();
    expect(foreignShare(before, null)).toBeNull();
    expect(foreignShare(before, before)).toBeNull();
  });
});

describe('judge', () => {
  it.each([
    ['keep', [0], 3],
    ['keep', [MOST_FOREIGN], 3],
    ['keep', [null], 3],
    ['keep', [0.9, 0.8, 0.7, 0.1], 3],
    ['repeat', [MOST_FOREIGN + 0.01], 3],
    ['repeat', [0.9, 0.8, 0.7], 3],
    ['mark', [0.9, 0.8, 0.7, 0.6], 3],
    ['mark', [0.9], 0],
  ])('%s after %j with %i repeats', (verdict, shares, repeats) => {
    expect(judge(shares, repeats)).toBe(verdict);
  });

  it('of runs that were all loud the quietest counts', () => {
    expect(quietest([{ foreign: 0.5 }, { foreign: 0.3 }, { foreign: 0.4 }])).toEqual({ foreign: 0.3 });
  });
});
