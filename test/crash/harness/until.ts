const LOOK_MS = 10;

/**
 * Waits until something holds. `what` is evaluated when it never did, so that the failure says how things stood.
 * @returns what the condition returned when it first was neither null, undefined nor false
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: () => string | Promise<string>,
  timeoutMs = 20_000,
): Promise<NonNullable<T>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > giveUpAt) throw new Error(`not within ${timeoutMs} ms: ${await what()}`);
    await pause(LOOK_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
