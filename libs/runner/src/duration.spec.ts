import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.js';

describe('A length of time', () => {
  it.each([
    [1500, 1500],
    [0, 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is read as %i ms', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  it.each([[-1], [NaN], [Infinity], ['30'], ['30 s'], ['5 minutes'], ['-5s'], [''], [null], [{}], ['1w']])(
    '%s is none',
    (written) => {
      expect(parseDuration(written)).toBeNull();
    },
  );
});
