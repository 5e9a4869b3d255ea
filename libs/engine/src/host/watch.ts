import type { Clock } from '@workflow-runner/contract';
import { Alarm } from './alarm.js';

/** Something that must not go on past a moment. */
export interface Watched {
  /** Monotonic time, ms. */
  expiresAt: number;
  expire(): void;
  /** Its neighbours among what is watched; the watch's own. */
  watchedBefore: Watched | null;
  watchedAfter: Watched | null;
}

/**
 * Watches what is in flight. Nearly everything finishes long before its time, so coming and going must cost
 * nothing: a chain, and one timer for the earliest moment, after which the chain is looked through.
 */
export class Watch {
  private first: Watched | null = null;
  private readonly alarm: Alarm;

  constructor(private readonly clock: Clock) {
    this.alarm = new Alarm(
      clock,
      () => clock.monotonic(),
      () => this.ring(),
    );
  }

  add(watched: Watched): void {
    if (!this.has(watched)) {
      watched.watchedAfter = this.first;
      if (this.first) this.first.watchedBefore = watched;
      this.first = watched;
    }
    this.alarm.at(watched.expiresAt);
  }

  delete(watched: Watched): void {
    if (!this.has(watched)) return;
    const { watchedBefore: before, watchedAfter: after } = watched;
    if (before) before.watchedAfter = after;
    else this.first = after;
    if (after) after.watchedBefore = before;
    watched.watchedBefore = null;
    watched.watchedAfter = null;
  }

  clear(): void {
    while (this.first) this.delete(this.first);
    this.alarm.clear();
  }

  private has(watched: Watched): boolean {
    return watched.watchedBefore !== null || this.first === watched;
  }

  private ring(): void {
    const now = this.clock.monotonic();
    let earliest = Infinity;
    const expired: Watched[] = [];
    for (let watched = this.first; watched; watched = watched.watchedAfter) {
      if (watched.expiresAt <= now) expired.push(watched);
      else if (watched.expiresAt < earliest) earliest = watched.expiresAt;
    }
    for (const watched of expired) this.delete(watched);
    for (const watched of expired) watched.expire();
    if (earliest < Infinity) this.alarm.at(earliest);
  }
}
