/** What a report is started with, and what its steps add. */
export interface Report {
  /** The day it is about, `2026-01-31`. @default the day before, in UTC */
  date?: string;
  orders?: number;
  revenue?: number;
  text?: string;
}

/** A start with this key finds the report of that day, if there is one. */
export function keyOf(date: string): string {
  return `nightly-report:${date}`;
}

/** The day before a moment, in UTC. */
export function dayBefore(moment: Date): string {
  return new Date(moment.getTime() - 86_400_000).toISOString().slice(0, 10);
}
