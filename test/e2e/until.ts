import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Waits for a condition, looking again and again; says which when it does not come true. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = 20_000, what = String(condition) } = {},
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`This did not come true within ${timeoutMs} ms: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
