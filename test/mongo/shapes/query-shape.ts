import type { CollectionName } from '../../../libs/store/src/mongo/collections.js';
import type { FindOptions, Terms } from '../../../libs/store/src/mongo/driver.js';
import { conditionOf, type Condition, type Term } from './terms.js';

export type Call = 'find' | 'aggregate' | 'update' | 'delete';

/** What is the same of all questions that differ in values alone. */
export interface QueryShape {
  readonly collection: CollectionName;
  readonly call: Call;
  /** Terms and alternatives in the order of their names: `dp =`, `dw <`, `or(_id in | ik in)`. */
  readonly where: readonly string[];
  /** Fields; a minus goes before those in descending order. */
  readonly sort: readonly string[];
  readonly hasLimit: boolean;
}

export function shapeOf(
  collection: CollectionName,
  call: Call,
  filter: Terms,
  { sort = {}, limit }: FindOptions = {},
): QueryShape {
  const where = wordsOf(conditionOf(filter));
  const isById = where.some((word) => word === '_id =' || word === '_id in');
  return {
    collection,
    call,
    where,
    sort: isById ? [] : Object.entries(sort).map(([field, way]) => (way === 1 ? field : `-${field}`)),
    hasLimit: !isById && limit !== undefined,
  };
}

export function textOf({ collection, call, where, sort, hasLimit }: QueryShape): string {
  const order = sort.length > 0 ? ` sort ${sort.join(', ')}` : '';
  return `${collection}: ${call} {${where.join(', ')}}${order}${hasLimit ? ' limit' : ''}`;
}

/** Whoever asks by id reads what it has named and no more, whatever else must hold, and in whatever order. */
function wordsOf({ terms, alternatives }: Condition): string[] {
  const byId = terms.find(
    ({ field, operator }) => field === '_id' && (operator === '=' || operator === 'in'),
  );
  if (byId) return [wordOf(byId)];
  const branches = alternatives.map((some) => {
    const each = new Set(some.map((branch) => wordsOf(branch).join(', ')));
    return `or(${[...each].sort().join(' | ')})`;
  });
  return [...terms.map(wordOf), ...branches].sort();
}

function wordOf({ field, operator }: Term): string {
  return `${field} ${operator}`;
}
