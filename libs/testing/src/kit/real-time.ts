// Taken before a test framework can put its own in their place.
const { setImmediate: soon, setTimeout: later, clearTimeout: never, performance: watch } = globalThis;

/** A turn of the event loop: all promises that need nothing from outside have gone on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => soon(resolve));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => later(resolve, ms));
}

/** Waits for the end of something, whichever it is, but not longer than a limit. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let over: () => void = () => undefined;
  const timer = later(() => over(), limitMs);
  const limit = new Promise<void>((resolve) => (over = resolve));
  await Promise.race([work.catch(() => undefined), limit]);
  never(timer);
}

/** Time that really passed, in ms from an arbitrary start. */
export function elapsed(): number {
  return watch.now();
}

/** Calls back in the next turn of the event loop. */
export function nextTurn(call: () => void): void {
  soon(call);
}

/** @throws {Error} the timers of the process are not the real ones, so that no workflow would ever go on */
export function assertRealTimers(): void {
  if (globalThis.setImmediate === soon) return;
  throw new Error(
    'Fake timers of the test framework are in place: the kit has a clock of its own, so leave setImmediate as it is',
  );
}
