import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Clock, Ids, Random, type Timer } from '@workflow-runner/contract';

/** Node's timers fire at once beyond 2^31 - 1 ms (24.8 days): longer ones are set again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  setTimer(delayMs: number, fire: () => void, background = false): Timer {
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(left, LONGEST_TIMER_MS);
      handle = setTimeout(() => (left > step ? arm(left - step) : fire()), Math.max(0, step));
      if (background) handle.unref();
    };
    arm(delayMs);
    return { clear: () => clearTimeout(handle) };
  }
}

export class SystemRandom extends Random {
  next(): number {
    return Math.random();
  }
}

/** Version 7 UUIDs (RFC 9562): 48 bits of epoch ms, then a counter and chance, so that they sort by creation. */
export class SystemIds extends Ids {
  private lastMs = 0;
  private counter = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  next(): string {
    const now = this.clock.now();
    if (now > this.lastMs) {
      this.lastMs = now;
      this.counter = 0;
    } else if (++this.counter > 0xfff) {
      this.lastMs += 1;
      this.counter = 0;
    }
    const time = this.lastMs.toString(16).padStart(12, '0');
    const chance = nextChance();
    const variant = ((parseInt(chance[0]!, 16) & 0x3) | 0x8).toString(16);
    const sequence = this.counter.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${chance.slice(1, 4)}-${chance.slice(4)}`;
  }
}

const POOL_BYTES = 4_096;
const CHANCE_BYTES = 8;
let pool = '';
let used = 0;

/** 16 random hex digits; drawn in bulk because a call into the random source costs more than an id may. */
function nextChance(): string {
  if (used + CHANCE_BYTES * 2 > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  used += CHANCE_BYTES * 2;
  return pool.slice(used - CHANCE_BYTES * 2, used);
}
