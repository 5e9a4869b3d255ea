import { InvalidRequestError, type PageRequest } from '@workflow-runner/contract';

const MAX_LIMIT = 500;

/** @throws {InvalidRequestError} not from 1 to 500 */
export function pageLimit(page: PageRequest): number {
  if (Number.isInteger(page.limit) && page.limit >= 1 && page.limit <= MAX_LIMIT) return page.limit;
  throw new InvalidRequestError(`limit must be a whole number from 1 to ${MAX_LIMIT}`, [
    { path: 'limit', message: `must be a whole number from 1 to ${MAX_LIMIT}` },
  ]);
}

/**
 * The number an earlier page ended with; null for the first page.
 * @throws {InvalidRequestError} no page gave this cursor
 */
export function pageStart(page: PageRequest): number | null {
  if (page.cursor === undefined) return null;
  if (/^\d{1,15}$/.test(page.cursor)) return Number(page.cursor);
  throw new InvalidRequestError('cursor is not one that a page gave', [
    { path: 'cursor', message: 'is not one that a page gave' },
  ]);
}

/** Cuts one row too many into a page and the cursor of the next. */
export function toPage<T>(rows: readonly T[], limit: number, placeOf: (row: T) => number | string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? String(placeOf(last)) : null };
}
