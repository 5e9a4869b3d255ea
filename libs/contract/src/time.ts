/** A timer that can be taken back. Clearing twice, or after it fired, does nothing. */
export interface Timer {
  clear(): void;
}

/** The only source of time. A simulation owns it; the tests move it instead of waiting. */
export abstract class Clock {
  /** Wall time in epoch ms. */
  abstract now(): number;
  /** Time that never jumps, in ms from an arbitrary start. */
  abstract monotonic(): number;
  /** Calls `fire` once after `delayMs`. Any length is allowed; the process is not kept alive by it when `background`. */
  abstract setTimer(delayMs: number, fire: () => void, background?: boolean): Timer;
}

/** The only source of chance: a number in [0, 1). */
export abstract class Random {
  abstract next(): number;
}

/** The only source of ids: unique, sortable by time of creation, safe in URLs. */
export abstract class Ids {
  abstract next(): string;
}
