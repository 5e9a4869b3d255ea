import type { Clock, Store } from '@workflow-runner/contract';

/** Methods of a store that answer at once and change nothing. */
const HARMLESS = new Set(['now', 'health', 'onHint']);
const NEVER = new Promise<never>(() => undefined);

type Method = (...args: unknown[]) => unknown;

/**
 * The store and the clock of a process that can die: from then on nothing it asks is answered, nothing it writes
 * arrives, and no timer of it fires. What had reached the store before stays.
 */
export class Mortal {
  #dead = false;
  readonly store: Store;
  readonly clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.store = intercept(store, (name, call) => {
      if (HARMLESS.has(name)) return call();
      return this.#dead
        ? NEVER
        : (call() as Promise<unknown>).then((answer) => (this.#dead ? NEVER : answer));
    });
    this.clock = intercept(clock, (name, call, [delayMs, fire, background]) => {
      if (name !== 'setTimer') return call();
      const fireIfAlive = () => (this.#dead ? undefined : (fire as () => void)());
      return clock.setTimer(delayMs as number, fireIfAlive, background as boolean);
    });
  }

  kill(): void {
    this.#dead = true;
  }

  get isDead(): boolean {
    return this.#dead;
  }
}

function intercept<T extends object>(
  target: T,
  around: (name: string, call: () => unknown, args: readonly unknown[]) => unknown,
): T {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => around(String(name), () => (value as Method).apply(target, args), args);
    },
  });
}
