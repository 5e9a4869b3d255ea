import { DataTooLargeError } from '@workflow-runner/contract';
import type { InstanceDoc, MessageDoc, RowDoc } from './documents.js';

/** MongoDB refuses documents of more than 16 MiB; what is below is rough. */
export const MAX_BYTES = 15 * 1024 * 1024;

/** What the names and the short values of a document, of a row and of a message take, generously. */
const DOCUMENT = 2_000;
const ROW = 500;
const MESSAGE = 400;

type Sizes = Pick<InstanceDoc, 'bytes' | 'snapb' | 'logb'>;

/** About how many bytes a row takes in its document. */
export function rowBytes({ ch, tell, a }: Pick<RowDoc, 'ch' | 'tell' | 'a'>): number {
  const attempt = a ? bytesOf(a.input) + bytesOf(a.outcome) + bytesOf(a.errorMessage) + 400 : 0;
  return ROW + bytesOf(ch) + 20 * tell.length + attempt;
}

export function rowsBytes(rows: readonly RowDoc[]): number {
  return rows.reduce((sum, row) => sum + rowBytes(row), 0);
}

export function messageBytes({ id, data, key }: Pick<MessageDoc, 'id' | 'data' | 'key'>): number {
  return MESSAGE + bytesOf(data) + 2 * bytesOf(id) + bytesOf(key);
}

/** About how large a document is, added up from what is in it. */
export function sizesOf(doc: Omit<InstanceDoc, 'bytes' | 'snap' | 'log'>): Sizes {
  const { snapb, logb, inbox, subs, sig, aud, fail, tags, caller, origin, ctl } = doc;
  const messages = inbox.reduce((sum, message) => sum + messageBytes(message), 0);
  const rest = JSON.stringify([subs, aud ?? [], fail, tags, caller, origin, ctl ?? null, sig]);
  return { bytes: DOCUMENT + snapb + logb + messages + 2 * bytesOf(rest), snapb, logb };
}

export function withSizes(doc: Omit<InstanceDoc, keyof Sizes>): InstanceDoc {
  const sized = { ...doc, snapb: bytesOf(doc.snap), logb: rowsBytes(doc.log) };
  return { ...sized, ...sizesOf(sized) };
}

/** @throws {DataTooLargeError} it would be too large for one document */
export function checkSize(instanceId: string, bytes: number): void {
  if (bytes > MAX_BYTES) throw new DataTooLargeError(`Instance ${instanceId}`, bytes, MAX_BYTES);
}

export function bytesOf(text: string | null): number {
  return text === null ? 0 : Buffer.byteLength(text);
}
