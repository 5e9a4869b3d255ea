import { InvalidRequestError } from '@workflow-runner/contract';

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * A page of a list that is in memory, by key. The cursor names the last key given, so that what is added meanwhile
 * repeats or skips nothing.
 * @throws {InvalidRequestError} the cursor is none of ours
 */
export function pageOf<T>(all: readonly T[], { limit, cursor }: Asked, keyOf: (item: T) => string) {
  const after = cursor === undefined ? '' : readCursor(cursor);
  const rest = all.filter((item) => keyOf(item) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rest.length > limit ? writeCursor(keyOf(last)) : null };
}

function writeCursor(key: string): string {
  return Buffer.from(`k:${key}`).toString('base64url');
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('k:') || writeCursor(text.slice(2)) !== cursor) {
    throw new InvalidRequestError('The cursor is none that a page has given', [
      { path: 'cursor', message: 'cursor is unknown' },
    ]);
  }
  return text.slice(2);
}
