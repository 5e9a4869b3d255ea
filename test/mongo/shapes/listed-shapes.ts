import type { CollectionName } from '../../../libs/store/src/mongo/collections.js';
import type { Index } from '../../../libs/store/src/mongo/driver.js';
import { BY_ID, INDEXES } from '../../../libs/store/src/mongo/indexes.js';
import type { Call, QueryShape } from './query-shape.js';

/** A line of the list: a family of shapes that one index answers. */
export interface ListedShape {
  readonly line: string;
  readonly collection: CollectionName;
  readonly index: Index;
  readonly call: Call;
  readonly where: readonly string[];
  /** What may be asked beside. */
  readonly also: readonly string[];
  readonly sort: readonly string[];
  /** The reverse order, too. */
  readonly isReversible: boolean;
  readonly hasLimit: boolean;
  /** It is meant to read everything. */
  readonly readsAll: boolean;
  /** It is meant to be sorted by the server. */
  readonly sorts: boolean;
}

const IDS: Index = { name: '_id', key: { _id: 1 }, unique: true };

const LINE =
  /^(find|aggregate|update|delete) \{(.*?)\}(?: also \{(.*?)\})?(?: sort (±?)([\w.,\- ]+?))?( limit)?( all)?( sorts)?$/;

/** Everything that is listed. @throws a line that cannot be read */
export function listedShapes(): ListedShape[] {
  const byIndex = INDEXES.flatMap(([collection, index, lines]) =>
    lines.map((line) => parse(collection, index, line)),
  );
  const byId = Object.entries(BY_ID).flatMap(([collection, lines]) =>
    lines.map((line) => parse(collection as CollectionName, IDS, line)),
  );
  return [...byIndex, ...byId];
}

export function parse(collection: CollectionName, index: Index, line: string): ListedShape {
  const found = LINE.exec(line);
  if (!found) throw new Error(`This line cannot be read: ${line}`);
  const [, call, where = '', also = '', both, sort = '', limit, all, sorts] = found;
  return {
    line: `${collection}.${index.name}: ${line}`,
    collection,
    index,
    call: call as Call,
    where: wordsIn(where).sort(),
    also: wordsIn(also),
    sort: wordsIn(sort),
    isReversible: both === '±',
    hasLimit: limit !== undefined,
    readsAll: all !== undefined,
    sorts: sorts !== undefined,
  };
}

export function isOf(shape: QueryShape, listed: ListedShape): boolean {
  const { where, also, sort, isReversible } = listed;
  const orders = isReversible ? [sort, sort.map(reversed)] : [sort];
  return (
    shape.collection === listed.collection &&
    shape.call === listed.call &&
    shape.hasLimit === listed.hasLimit &&
    orders.some((order) => order.join() === shape.sort.join()) &&
    where.every((word) => shape.where.includes(word)) &&
    shape.where.every((word) => where.includes(word) || also.includes(word))
  );
}

function reversed(field: string): string {
  return field.startsWith('-') ? field.slice(1) : `-${field}`;
}

/** Commas inside of alternatives are theirs. */
function wordsIn(text: string): string[] {
  return text.split(/,\s*(?![^()]*\))/).filter((word) => word !== '');
}
