import { Random } from '@workflow-runner/contract';

/** Chance that can be repeated: the same seed gives the same numbers (mulberry32 by Tommy Ettinger, public domain). */
export class SeededRandom extends Random {
  private state: number;

  constructor(readonly seed: number) {
    super();
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of several; the list must not be empty. */
  pick<T>(values: readonly T[]): T {
    return values[this.int(0, values.length - 1)] as T;
  }

  /** The same values in another order. */
  shuffle<T>(values: readonly T[]): T[] {
    const left = [...values];
    return values.map(() => left.splice(this.int(0, left.length - 1), 1)[0] as T);
  }
}
