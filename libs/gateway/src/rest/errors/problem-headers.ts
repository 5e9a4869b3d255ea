import { UnauthenticatedError } from '../access/refusals.js';
import type { Problem } from './problem.js';

/** After how many seconds to come again when the store or the runner is away. */
const RETRY_AFTER_SECONDS = '1';

/** Headers that tell a client what to do about a problem. */
export function problemHeaders({ status }: Problem, error: unknown): Record<string, string> {
  if (status === 503) return { 'retry-after': RETRY_AFTER_SECONDS };
  if (status !== 401) return {};
  const isBad = error instanceof UnauthenticatedError && error.tokenWasBad;
  return { 'www-authenticate': isBad ? 'Bearer error="invalid_token"' : 'Bearer' };
}
