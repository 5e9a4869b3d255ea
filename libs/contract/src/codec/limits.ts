import { DataTooLargeError } from '../errors.js';

/** Sizes past which data is refused with a named error instead of harming the store, in bytes of UTF-8. */
export interface DataLimits {
  /** Data of one instance. @default 4 MiB */
  readonly dataBytes: number;
  /** Data of one event. @default 1 MiB */
  readonly eventBytes: number;
  /** Outcome, persistence data or item of one pointer. @default 1 MiB */
  readonly outputBytes: number;
  /** Signals of one instance that no step has waited for yet, as `signalBytes` counts them. @default 4 MiB */
  readonly signalBytes: number;
}

export const DEFAULT_DATA_LIMITS: DataLimits = {
  dataBytes: 4 * 1024 * 1024,
  eventBytes: 1024 * 1024,
  outputBytes: 1024 * 1024,
  signalBytes: 4 * 1024 * 1024,
};

/** What a signal counts beside its encoded data: its id, its step's name, its row. */
export const SIGNAL_OVERHEAD_BYTES = 256;

/** What a signal with this encoded data takes. */
export function signalBytes(data: string): number {
  return Buffer.byteLength(data) + SIGNAL_OVERHEAD_BYTES;
}

/** @throws {DataTooLargeError} */
export function checkSize(what: string, text: string, limitBytes: number): void {
  // A UTF-16 code unit takes at most three bytes of UTF-8, so short texts need no count.
  if (text.length * 3 <= limitBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > limitBytes) throw new DataTooLargeError(what, bytes, limitBytes);
}
