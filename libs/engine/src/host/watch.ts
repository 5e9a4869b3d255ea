import type { Clock } from '@workflow-runner/contract';
import { Alarm } from './alarm.js';

/** Something that must not go on past a moment. */
export interface Watched {
  /** Monotonic time, ms. */
  expiresAt: number;
  expire(): void;
}

/**
 * Watches what is in flight. Nearly everything finishes long before its time, so coming and going must cost
 * nothing: a set, and one timer for the earliest moment, after which the set is looked through.
 */
export class Watch {
  private readonly watched = new Set<Watched>();
  private readonly alarm: Alarm;

  constructor(private readonly clock: Clock) {
    this.alarm = new Alarm(
      clock,
      () => clock.monotonic(),
      () => this.ring(),
    );
  }

  add(watched: Watched): void {
    this.watched.add(watched);
    this.alarm.at(watched.expiresAt);
  }

  delete(watched: Watched): void {
    this.watched.delete(watched);
  }

  clear(): void {
    this.watched.clear();
    this.alarm.clear();
  }

  private ring(): void {
    const now = this.clock.monotonic();
    let earliest = Infinity;
    for (const watched of [...this.watched]) {
      if (watched.expiresAt <= now) {
        this.watched.delete(watched);
        watched.expire();
      } else if (watched.expiresAt < earliest) earliest = watched.expiresAt;
    }
    if (earliest < Infinity) this.alarm.at(earliest);
  }
}
