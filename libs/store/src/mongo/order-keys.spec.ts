import { describe, expect, it } from 'vitest';
import { OrderKeys } from './order-keys.js';

describe('order keys', () => {
  it('sort as they were given, within a moment and over moments, also when time steps back', () => {
    const keys = new OrderKeys('a');
    const moments = [1_000, 1_000, 1_000, 1_001, 999, 1_001, 36 ** 8];
    const given = moments.map((now) => keys.next(now));

    expect([...given].sort()).toEqual(given);
    expect(new Set(given).size).toBe(moments.length);
  });

  it('sort as they were given when there are many of one moment', () => {
    const keys = new OrderKeys('a');
    const given = Array.from({ length: 40_000 }, () => keys.next(5));

    expect([...given].sort()).toEqual(given);
  });

  it('differ from those of another store object of the same moment', () => {
    expect(new OrderKeys('a').next(5)).not.toBe(new OrderKeys('b').next(5));
  });
});
