/** An entry is sealed this long after it was written, so that many are sealed with one transaction. In ms. */
export const SEAL_DELAY_MS = 250;
/** Longest wait before a look that failed is repeated, in ms. */
const AGAIN_MS = 1_000;

/**
 * How long until the audit trail is looked at again, in ms: soon after something was written here, at the poll interval
 * for what others have left, and not later than after a second where the store did not answer.
 */
export function nextLook(after: 'written' | 'done' | 'failed', pollIntervalMs: number): number {
  switch (after) {
    case 'written':
      return SEAL_DELAY_MS;
    case 'done':
      return pollIntervalMs;
    case 'failed':
      return Math.min(pollIntervalMs, AGAIN_MS);
  }
}
