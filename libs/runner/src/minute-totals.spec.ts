import type { MinuteStatistics } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { MinuteTotals } from './minute-totals.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 0, 2, 12);

function row(minute: number, sums: Partial<MinuteStatistics>): MinuteStatistics {
  return {
    minute,
    workflowId: 'w',
    started: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    durationMs: 0,
    ...sums,
  };
}

describe('The totals of a day', () => {
  it('are nothing at first', () => {
    expect(new MinuteTotals().totals(NOON)).toEqual({
      completedToday: 0,
      errorRate: 0,
      averageExecutionTime: 0,
    });
  });

  it('count today from midnight UTC, rates and averages over 24 hours', () => {
    const totals = new MinuteTotals();
    const rows = [
      row(NOON - 13 * HOUR, { completed: 1, failed: 1, durationMs: 300 }),
      row(NOON - HOUR, { completed: 2, durationMs: 100 }),
      row(NOON - HOUR, { workflowId: 'v', cancelled: 1, durationMs: 100 }),
    ];
    totals.take(rows, totals.since(NOON), NOON);
    expect(totals.totals(NOON)).toEqual({ completedToday: 2, errorRate: 0.25, averageExecutionTime: 100 });
  });

  it('ask for everything once, and then for what may have changed', () => {
    const totals = new MinuteTotals();
    expect(totals.since(NOON)).toBe(NOON - 24 * HOUR);
    totals.take([], totals.since(NOON), NOON);
    expect(totals.since(NOON + 4_000)).toBe(NOON - 10 * MINUTE);
    expect(totals.since(NOON + 48 * HOUR)).toBe(NOON + 24 * HOUR);
  });

  it('replace what is read again, keep what is not, and forget what is older than a day', () => {
    const totals = new MinuteTotals();
    const early = [
      row(NOON - 23 * HOUR, { completed: 1 }),
      row(NOON - HOUR, { completed: 1 }),
      row(NOON, { completed: 1 }),
    ];
    totals.take(early, totals.since(NOON), NOON);
    const later = NOON + MINUTE;
    totals.take([row(NOON, { completed: 5 })], totals.since(later), later);
    expect(totals.totals(later).completedToday).toBe(6);
    const nextDay = NOON + 2 * HOUR;
    totals.take([row(NOON, { completed: 5 })], totals.since(nextDay), nextDay);
    expect(totals.totals(nextDay)).toMatchObject({ completedToday: 6 });
    const dayAfter = NOON + 25 * HOUR;
    totals.take([], totals.since(dayAfter), dayAfter);
    expect(totals.totals(dayAfter)).toMatchObject({ completedToday: 0, errorRate: 0 });
  });
});
