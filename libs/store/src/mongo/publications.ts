import type { Publication } from '@workflow-runner/contract';
import type { InstanceDoc, LedgerDoc, RowDoc } from './documents.js';
import type { MongoDriver, Terms } from './driver.js';
import { toRow } from './records.js';

/** So many passes are read at once. */
const PASSES = 8;
/** Rows of so many instances are read at once, since each comes with all of its log. */
const INSTANCES = 50;

/** Everything of an instance that is not about its rows. */
const WHOLE = Object.fromEntries(
  ['snap', 'subs', 'inbox', 'sig', 'aud', 'tags', 'caller', 'origin', 'fail'].map((field) => [field, 0]),
);
const PAYLOADS = ['ch', 'a.input', 'a.outcome'];

export type What = 'whole' | 'headlines';

type Telling = Pick<InstanceDoc, '_id' | 't' | 'wf' | 'corr' | 'created'>;

/** A place in the order, and the row that stands there. */
interface Place {
  readonly position: number;
  readonly instance: string;
  /** When it was created: an id may be used again after its instance was deleted. */
  readonly created: number;
  readonly revision: number;
}

/** Reads the rows that the ledger refers to. Those of a deleted instance are not there any more, and are left out. */
export class PublicationReader {
  constructor(private readonly driver: MongoDriver) {}

  async after(position: number, limit: number, what: What): Promise<Publication[]> {
    const found: Publication[] = [];
    let from = position;
    for (;;) {
      const passes = await this.driver.find(
        'ledger',
        { to: { $gt: from } },
        { sort: { to: 1 }, limit: PASSES, projection: { from: 1, to: 1, docs: 1, runs: 1 } },
      );
      const places = passes.flatMap(placesOf).filter((place) => place.position > from);
      while (places.length > 0 && found.length < limit) {
        const some = places.splice(0, limit - found.length);
        found.push(...(await this.rowsAt(some, what)));
        from = some.at(-1)?.position ?? from;
      }
      if (found.length >= limit || passes.length < PASSES) return found;
    }
  }

  private async rowsAt(places: readonly Place[], what: What): Promise<Publication[]> {
    const wanted = new Map<string, number[]>();
    for (const { instance, revision } of places) {
      wanted.set(instance, [...(wanted.get(instance) ?? []), revision]);
    }
    const ids = [...wanted.keys()];
    const instances = new Map<string, Telling>();
    const rows = new Map<string, RowDoc>();
    for (let start = 0; start < ids.length; start += INSTANCES) {
      const docs = await this.driver.find(
        'instances',
        { _id: { $in: ids.slice(start, start + INSTANCES) }, st: { $exists: true } },
        { projection: { ...WHOLE, ...withoutPayloads('log', what) } },
      );
      for (const doc of docs) {
        instances.set(doc._id, doc);
        for (const row of doc.log) rows.set(rowKey(doc._id, row.r), row);
      }
      const chunked = docs.map(({ _id }) => ({
        id: _id,
        revisions: (wanted.get(_id) ?? []).filter((revision) => !rows.has(rowKey(_id, revision))),
      }));
      await Promise.all(chunked.map(({ id, revisions }) => this.addChunked(rows, id, revisions, what)));
    }
    return places.flatMap(({ position, instance: id, created, revision }) => {
      const instance = instances.get(id);
      const row = rows.get(rowKey(id, revision));
      if (!row || instance?.created !== created) return [];
      return [{ ...toRow(as(what, row), instance), position, correlationId: instance.corr }];
    });
  }

  /** Rows that have left their instance since the ledger has placed them. */
  private async addChunked(
    rows: Map<string, RowDoc>,
    id: string,
    revisions: readonly number[],
    what: What,
  ): Promise<void> {
    if (revisions.length === 0) return;
    const filter = { i: id, f: { $lte: Math.max(...revisions) }, l: { $gte: Math.min(...revisions) } };
    const chunks = await this.driver.find('journal', filter, {
      sort: { f: 1 },
      projection: { _id: 0, ...withoutPayloads('rows', what) },
    });
    for (const row of chunks.flatMap((chunk) => chunk.rows)) rows.set(rowKey(id, row.r), row);
  }
}

function placesOf({ from, docs, runs }: LedgerDoc): Place[] {
  let position = from;
  return runs.flatMap(({ d, f, t }) =>
    Array.from({ length: t - f + 1 }, (_, index) => {
      position += 1;
      const { i = '', created = 0 } = docs[d] ?? {};
      return { position, instance: i, created, revision: f + index };
    }),
  );
}

function withoutPayloads(rows: string, what: What): Terms {
  if (what === 'whole') return {};
  return Object.fromEntries(PAYLOADS.map((field) => [`${rows}.${field}`, 0]));
}

function as(what: What, row: RowDoc): RowDoc {
  return what === 'whole' ? row : { ...row, ch: '', a: row.a && { ...row.a, input: null, outcome: null } };
}

function rowKey(id: string, revision: number): string {
  return `${revision} ${id}`;
}
