import type { CollectionName } from '../../../libs/store/src/mongo/collections.js';
import type { Change, MongoDriver, Terms } from '../../../libs/store/src/mongo/driver.js';

/** What was asked of MongoDB. */
export class Counts {
  /** Calls, by name and collection: `find instances`. */
  readonly calls = new Map<string, number>();
  /** Documents that were inserted, changed or deleted, by collection and by what was done. */
  readonly written = new Map<string, number>();
  /** Documents that came back, by collection. */
  readonly returned = new Map<string, number>();

  get sums(): Readonly<Record<'calls' | 'written' | 'returned', number>> {
    return { calls: sum(this.calls), written: sum(this.written), returned: sum(this.returned) };
  }

  toString(): string {
    const lists = { calls: this.calls, written: this.written, returned: this.returned };
    return JSON.stringify(Object.fromEntries(Object.entries(lists).map(([name, map]) => [name, [...map]])));
  }
}

type Parts = readonly unknown[];
type Name = keyof MongoDriver;

/** Of each call that writes how many documents, by what it was asked and what it answered. An update counts when it matched. */
const WRITTEN: Readonly<Partial<Record<Name, (parts: Parts, answer: unknown) => number>>> = {
  insertOne: (_, isDone) => Number(isDone),
  insertMany: ([, documents], taken) => (documents as Parts).length - (taken as ReadonlySet<number>).size,
  updateOne: (_, isDone) => Number(isDone),
  updateMany: (_, matched) => matched as number,
  findOneAndUpdate: (_, found) => Number(found !== null),
  bulkUpdate: (_, matched) => matched as number,
  deleteOne: (_, gone) => gone as number,
  deleteMany: (_, gone) => gone as number,
};
const RETURNED: Readonly<Partial<Record<Name, (answer: unknown) => number>>> = {
  findOne: (found) => Number(found !== null),
  find: (found) => (found as Parts).length,
  findOneAndUpdate: (found) => Number(found !== null),
  aggregate: (found) => (found as Parts).length,
};

/** Counts what goes through a driver and is answered. A bulk of nothing is no call. */
export function counting(driver: MongoDriver, counts: () => Counts): MongoDriver {
  return new Proxy(driver, {
    get: (target, name: Name) => {
      const call = (target[name] as (...parts: Parts) => unknown).bind(target);
      const [written, returned] = [WRITTEN[name], RETURNED[name]];
      if (!written && !returned) return call;
      return async (...parts: Parts) => {
        const answer = await call(...parts);
        if (isNothing(name, parts)) return answer;
        const collection = parts[0] as CollectionName;
        const { calls, written: writes, returned: reads } = counts();
        add(calls, `${name} ${collection}`, 1);
        if (written) add(writes, `${collection}: ${deedOf(name, parts)}`, written(parts, answer));
        add(reads, collection, returned?.(answer) ?? 0);
        return answer;
      };
    },
  });
}

/** Those of a bulk are of one kind. */
function deedOf(name: Name, [, first, second]: Parts): string {
  if (name.startsWith('insert')) return 'inserted';
  if (name.startsWith('delete')) return 'deleted';
  const text = JSON.stringify(name === 'bulkUpdate' ? (first as readonly Change[])[0]?.update : second);
  return DEEDS.find(([sign]) => text.includes(sign))?.[1] ?? 'changed';
}

/** What is in an update that does it. */
const DEEDS = [
  ['"log":{"$each"', 'new rows'],
  ['"told"', 'told'],
  ['"sq"', 'sealed'],
] as const;

function isNothing(name: Name, [, items]: Parts): boolean {
  return (
    (name === 'bulkUpdate' || name === 'insertMany') && (items as readonly (Change | Terms)[]).length === 0
  );
}

function add(map: Map<string, number>, name: string, count: number): void {
  if (count > 0) map.set(name, (map.get(name) ?? 0) + count);
}

function sum(map: ReadonlyMap<string, number>): number {
  return [...map.values()].reduce((total, count) => total + count, 0);
}
