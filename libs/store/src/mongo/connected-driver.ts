import type mongoose from 'mongoose';
import type { CollectionName, Documents } from './collections.js';
import type { Change, ChangeOptions, FindOptions, Index, MongoDriver, Terms, Watching } from './driver.js';
import { duplicatesOf, isDuplicate } from './mongo-errors.js';

type Db = mongoose.mongo.Db;
type Collection = mongoose.mongo.Collection<mongoose.mongo.BSON.Document & { _id: string | number }>;

export interface DriverParts {
  readonly prefix: string;
  readonly timeoutMs: number;
  /** Carries a call out on the database, if there is one, and names what went wrong. */
  readonly use: <T>(work: (db: Db) => Promise<T>) => Promise<T>;
}

/** The driver's own collections behind the seam. How values are written does not depend on a host's settings. */
export class ConnectedDriver implements MongoDriver {
  private readonly settings: mongoose.mongo.CollectionOptions;

  constructor(private readonly parts: DriverParts) {
    this.settings = {
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: parts.timeoutMs },
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      ignoreUndefined: true,
      promoteLongs: true,
      promoteValues: true,
      serializeFunctions: false,
      enableUtf8Validation: true,
    };
  }

  findOne<C extends CollectionName>(name: C, filter: Terms, options: FindOptions = {}) {
    return this.on(name, (collection) => collection.findOne(filter, options)) as Promise<Documents[C] | null>;
  }

  find<C extends CollectionName>(name: C, filter: Terms, options: FindOptions = {}) {
    return this.on(name, (collection) => collection.find(filter, options).toArray()) as unknown as Promise<
      Documents[C][]
    >;
  }

  insertOne<C extends CollectionName>(name: C, document: Documents[C]): Promise<boolean> {
    return this.on(name, (collection) =>
      unlessTaken(
        collection.insertOne(document).then(() => true),
        false,
      ),
    );
  }

  insertMany<C extends CollectionName>(
    name: C,
    documents: readonly Documents[C][],
  ): Promise<ReadonlySet<number>> {
    return this.on(name, async (collection) => {
      if (documents.length === 0) return new Set<number>();
      try {
        await collection.insertMany([...documents], { ordered: false });
        return new Set<number>();
      } catch (error) {
        const duplicates = duplicatesOf(error);
        if (duplicates) return duplicates;
        throw error;
      }
    });
  }

  updateOne(
    name: CollectionName,
    filter: Terms,
    update: Terms,
    options: Pick<ChangeOptions, 'upsert'> = {},
  ): Promise<boolean> {
    const wasApplied = ({ matchedCount, upsertedCount }: mongoose.mongo.UpdateResult) =>
      matchedCount + upsertedCount > 0;
    return this.on(name, (collection) =>
      unlessTaken(collection.updateOne(filter, update, options).then(wasApplied), false),
    );
  }

  updateMany(name: CollectionName, filter: Terms, update: Terms): Promise<number> {
    return this.on(name, async (collection) => (await collection.updateMany(filter, update)).matchedCount);
  }

  findOneAndUpdate<C extends CollectionName>(
    name: C,
    filter: Terms,
    update: Terms,
    options: ChangeOptions = {},
  ): Promise<Documents[C] | null> {
    return this.on(name, (collection) =>
      unlessTaken(collection.findOneAndUpdate(filter, update, { ...options, returnDocument: 'after' }), null),
    ) as Promise<Documents[C] | null>;
  }

  bulkUpdate(name: CollectionName, changes: readonly Change[], ordered: boolean): Promise<number> {
    if (changes.length === 0) return Promise.resolve(0);
    return this.on(name, async (collection) => {
      const each = changes.map(({ filter, update }) => ({ updateOne: { filter, update } }));
      return (await collection.bulkWrite(each, { ordered })).matchedCount;
    });
  }

  deleteOne(name: CollectionName, filter: Terms): Promise<number> {
    return this.on(name, async (collection) => (await collection.deleteOne(filter)).deletedCount);
  }

  deleteMany(name: CollectionName, filter: Terms): Promise<number> {
    return this.on(name, async (collection) => (await collection.deleteMany(filter)).deletedCount);
  }

  aggregate<T>(name: CollectionName, pipeline: readonly Terms[]): Promise<T[]> {
    return this.on(name, (collection) => collection.aggregate([...pipeline]).toArray()) as Promise<T[]>;
  }

  watch(name: CollectionName, pipeline: readonly Terms[], { onChange, onEnd }: Watching) {
    let stop = async (): Promise<void> => undefined;
    let isStopped = false;
    const begun = this.on(name, async (collection) => {
      if (isStopped) return;
      const stream = collection.watch([...pipeline]);
      stop = () => stream.close();
      stream.on('change', onChange);
      stream.once('error', (error) => {
        if (!isStopped) onEnd(error);
        stream.close().catch(() => undefined);
      });
    });
    begun.catch(onEnd);
    return async () => {
      isStopped = true;
      await stop();
    };
  }

  createIndex(name: CollectionName, { key, ...options }: Index): Promise<void> {
    return this.on(name, async (collection) => void (await collection.createIndex({ ...key }, options)));
  }

  async serverTime(): Promise<number> {
    const { localTime } = await this.parts.use((db) => db.command({ isMaster: 1 }));
    return localTime instanceof Date ? localTime.getTime() : Number.NaN;
  }

  private on<T>(name: CollectionName, work: (collection: Collection) => Promise<T>): Promise<T> {
    const { prefix, use } = this.parts;
    return use((db) => work(db.collection(prefix + name, this.settings)));
  }
}

/** What a write answers, or what stands for a unique key that is taken. */
async function unlessTaken<T>(write: Promise<T>, taken: T): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isDuplicate(error)) return taken;
    throw error;
  }
}
