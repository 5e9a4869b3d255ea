import type { Clock } from '@workflow-runner/contract';
import { Alarm } from './alarm.js';
import { Heap } from './heap.js';

interface Appointment {
  readonly at: number;
  readonly keep: () => void;
  cancelled: boolean;
}

/** What makes an appointment not happen. */
export interface Cancellable {
  cancel(): void;
}

/** All moments the host waits for, on one timer, however many there are. */
export class Timers {
  private readonly heap = new Heap<Appointment>();
  private readonly alarm: Alarm;
  private cancelled = 0;

  /** @param now store time: it never goes back, whatever is done to the wall clock */
  constructor(
    clock: Clock,
    private readonly now: () => number,
  ) {
    this.alarm = new Alarm(clock, now, () => this.ring());
  }

  /** Appointments held, cancelled ones that were not swept out yet included. */
  get size(): number {
    return this.heap.size;
  }

  /** Calls `keep` once, at a moment of store time, epoch ms. */
  at(at: number, keep: () => void): Cancellable {
    const appointment: Appointment = { at, keep, cancelled: false };
    this.heap.push(appointment);
    this.alarm.at(at);
    return { cancel: () => this.cancel(appointment) };
  }

  private cancel(appointment: Appointment): void {
    if (appointment.cancelled) return;
    appointment.cancelled = true;
    this.cancelled += 1;
    // Those of moments far away must not pile up.
    if (this.cancelled > 1_000 && this.cancelled > this.heap.size / 2) {
      this.heap.keep((one) => !one.cancelled);
      this.cancelled = 0;
    }
  }

  clear(): void {
    this.cancelled = 0;
    this.heap.clear();
    this.alarm.clear();
  }

  private ring(): void {
    const now = this.now();
    for (let next = this.heap.peek(); next && next.at <= now; next = this.heap.peek()) {
      this.heap.pop();
      if (next.cancelled) this.cancelled -= 1;
      else {
        next.cancelled = true;
        next.keep();
      }
    }
    const left = this.heap.peek();
    if (left) this.alarm.at(left.at);
  }
}
