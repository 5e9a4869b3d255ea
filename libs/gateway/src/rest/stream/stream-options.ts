import { InvalidOptionsError } from '@workflow-runner/contract';

/** How live streams are served. */
export interface StreamOptions {
  /** Streams open at once; one more is refused with `STREAM_LIMIT_REACHED`. @default 1_000 */
  readonly maxOpen: number;
  /** A comment is sent this often, so that nobody between takes the connection for dead, in ms. @default 15_000 */
  readonly heartbeatMs: number;
  /** A client that takes nothing of what is ready for it is cut off after this time, in ms. @default 30_000 */
  readonly stallMs: number;
  /** A stream ends after this time, so that its caller is looked at anew when they come again, in ms. @default 3_600_000 */
  readonly maxAgeMs: number;
}

export const STREAM_DEFAULTS: StreamOptions = {
  maxOpen: 1_000,
  heartbeatMs: 15_000,
  stallMs: 30_000,
  maxAgeMs: 3_600_000,
};

/** Longest timer of Node, in ms. */
const MOST = 2 ** 31 - 1;

/** @throws {InvalidOptionsError} names the option */
export function resolveStreamOptions(given: Partial<StreamOptions> = {}): StreamOptions {
  for (const [name, value] of Object.entries(given)) {
    const path = `streams.${name}`;
    if (!(name in STREAM_DEFAULTS)) throw new InvalidOptionsError(path, 'is no option of streams');
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= MOST)) continue;
    throw new InvalidOptionsError(path, `must be a whole number from 1 to ${MOST}`);
  }
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...STREAM_DEFAULTS, ...Object.fromEntries(defined) };
}
