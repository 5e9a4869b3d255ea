import { InvalidRequestError, type PageRequest } from '@workflow-runner/contract';

/** Where a page of the trail has ended: moment and place. */
export interface TrailPlace {
  readonly at: number;
  readonly position: number;
}

/** Null: the first page. @throws {InvalidRequestError} no page gave this cursor */
export function trailStart({ cursor }: PageRequest): TrailPlace | null {
  if (cursor === undefined) return null;
  const [, at, position] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (at !== undefined && position !== undefined) return { at: Number(at), position: Number(position) };
  throw new InvalidRequestError('cursor is not one that a page gave', [
    { path: 'cursor', message: 'is not one that a page gave' },
  ]);
}

/** Cuts one row too many into a page and the cursor of the next. */
export function toTrailPage<T>(rows: readonly T[], limit: number, placeOf: (row: T) => TrailPlace) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, nextCursor: null };
  const { at, position } = placeOf(last);
  return { items, nextCursor: `${at}.${position}` };
}
