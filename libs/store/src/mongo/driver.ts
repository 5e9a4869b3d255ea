import type { CollectionName, Documents } from './collections.js';

/** A condition or an update in MongoDB's own words. A field that is undefined is left out. */
export type Terms = Readonly<Record<string, unknown>>;

export interface FindOptions {
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
  /** The type of what is found does not show it: read only what was asked for. */
  readonly projection?: Terms;
}

export interface ChangeOptions extends Omit<FindOptions, 'limit'> {
  /** Inserts a document that has what the condition names, where none is found. */
  readonly upsert?: boolean;
}

/** One update of a bulk. */
export interface Change {
  readonly filter: Terms;
  readonly update: Terms;
}

export interface Watching {
  /** Something was inserted or changed. */
  readonly onChange: () => void;
  /** It has ended by itself; null: the server does not have them. */
  readonly onEnd: (error: unknown) => void;
}

/**
 * The calls of MongoDB that the store makes, on one collection each; tests wrap it. Classic operators only: no
 * sessions, no transactions, no update pipelines.
 *
 * Writes resolve when a majority has them in its journal, reads come from the primary. A unique key that is taken is told,
 * never thrown. Nothing is repeated by itself: after an error a write may have been carried out.
 * @throws {StoreUnavailableError} no answer, or not of a primary; and while the server is known to be away, at once
 */
export interface MongoDriver {
  findOne<C extends CollectionName>(
    collection: C,
    filter: Terms,
    options?: Pick<FindOptions, 'projection' | 'sort'>,
  ): Promise<Documents[C] | null>;
  find<C extends CollectionName>(
    collection: C,
    filter: Terms,
    options?: FindOptions,
  ): Promise<Documents[C][]>;
  /** @returns false: its id, or another unique key, is taken */
  insertOne<C extends CollectionName>(collection: C, document: Documents[C]): Promise<boolean>;
  /** In any order. @returns indexes of those that were not inserted because a unique key of theirs is taken */
  insertMany<C extends CollectionName>(
    collection: C,
    documents: readonly Documents[C][],
  ): Promise<ReadonlySet<number>>;
  /** @returns whether one matched, changed by it or not, or was inserted; false, too, where an upsert met another */
  updateOne(
    collection: CollectionName,
    filter: Terms,
    update: Terms,
    options?: Pick<ChangeOptions, 'upsert'>,
  ): Promise<boolean>;
  /** @returns how many matched */
  updateMany(collection: CollectionName, filter: Terms, update: Terms): Promise<number>;
  /** @returns it after the change; null: none matched, or an upsert met another */
  findOneAndUpdate<C extends CollectionName>(
    collection: C,
    filter: Terms,
    update: Terms,
    options?: ChangeOptions,
  ): Promise<Documents[C] | null>;
  /** Many updates of one document each. @param ordered one after the other @returns how many matched */
  bulkUpdate(collection: CollectionName, changes: readonly Change[], ordered: boolean): Promise<number>;
  /** @returns how many went */
  deleteOne(collection: CollectionName, filter: Terms): Promise<number>;
  /** @returns how many went */
  deleteMany(collection: CollectionName, filter: Terms): Promise<number>;
  /** `$match`, `$group`, `$sort` and `$limit` only. */
  aggregate<T>(collection: CollectionName, pipeline: readonly Terms[]): Promise<T[]>;
  /** Tells of changes of a collection until it is stopped. @returns how to stop */
  watch(collection: CollectionName, pipeline: readonly Terms[], watching: Watching): () => Promise<void>;
  /** Does nothing where there is such an index. */
  createIndex(collection: CollectionName, index: Index): Promise<void>;
  /** The primary's wall clock, epoch ms. */
  serverTime(): Promise<number>;
}

export interface Index {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}
