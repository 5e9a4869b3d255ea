import type { Eventually } from './eventually.js';

/**
 * Calls are made in the order in which they entered, although what they bring along takes its time. A call that brings
 * everything and finds nobody before it is made at once, in the same turn of the event loop.
 */
export class CallLine {
  private last: Promise<unknown> | null = null;

  /** Resolves when all that has entered is made, or after a time, in ms. */
  async emptied(limitMs: number): Promise<void> {
    if (this.last === null) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
    await Promise.race([this.last, limit]);
    clearTimeout(timer);
  }

  enter<T, R>(value: Eventually<T>, call: (value: T) => Eventually<R>): Eventually<R> {
    if (this.last === null && !(value instanceof Promise)) return call(value);
    // Nobody looks at it before its turn: until then a failure is not unhandled.
    if (value instanceof Promise) value.catch(() => undefined);
    let answer: Eventually<R> | undefined;
    const entered = Promise.resolve(this.last)
      .then(() => value)
      .then((brought) => {
        answer = call(brought);
      });
    const leave = (): void => {
      if (this.last === last) this.last = null;
    };
    const last: Promise<void> = entered.then(leave, leave);
    this.last = last;
    return entered.then(() => answer as Eventually<R>);
  }
}
