import type { CollectionName } from '../../../libs/store/src/mongo/collections.js';
import type { Change, FindOptions, MongoDriver, Terms } from '../../../libs/store/src/mongo/driver.js';
import type { Call } from './query-shape.js';

/** One question that was asked of a collection. */
export interface Question {
  readonly collection: CollectionName;
  readonly call: Call;
  readonly filter: Terms;
  readonly options: FindOptions;
}

type Parts = readonly unknown[];

/** Of each call of the driver the questions in it; inserts, change streams and so on ask none. */
const QUESTIONS: Readonly<
  Partial<Record<keyof MongoDriver, (parts: Parts) => Omit<Question, 'collection'>[]>>
> = {
  findOne: ([, filter, options]) => [question('find', filter, { ...(options as FindOptions), limit: 1 })],
  find: ([, filter, options]) => [question('find', filter, options)],
  updateOne: ([, filter]) => [question('update', filter)],
  updateMany: ([, filter]) => [question('update', filter)],
  findOneAndUpdate: ([, filter, , options]) => [question('update', filter, options)],
  bulkUpdate: ([, changes]) => (changes as readonly Change[]).map(({ filter }) => question('update', filter)),
  deleteOne: ([, filter]) => [question('delete', filter)],
  deleteMany: ([, filter]) => [question('delete', filter)],
  aggregate: ([, pipeline]) => [aggregated(pipeline as readonly Terms[])],
};

/** Tells of every question before it is asked. */
export function recording(
  driver: MongoDriver,
  ask: (question: Question) => void | Promise<void>,
): MongoDriver {
  return new Proxy(driver, {
    get: (target, name: keyof MongoDriver) => {
      const call = (target[name] as (...parts: Parts) => unknown).bind(target);
      const questions = QUESTIONS[name];
      if (!questions) return call;
      return async (...parts: Parts) => {
        const collection = parts[0] as CollectionName;
        for (const one of questions(parts)) await ask({ collection, ...one });
        return call(...parts);
      };
    },
  });
}

function question(call: Call, filter: unknown, options: unknown = {}): Omit<Question, 'collection'> {
  return { call, filter: filter as Terms, options: options ?? {} };
}

/** What is before the first `$group` decides what is read. */
function aggregated(pipeline: readonly Terms[]): Omit<Question, 'collection'> {
  const [match, sort] = ['$match', '$sort'].map((stage) => pipeline.find((one) => stage in one)?.[stage]);
  return question('aggregate', match ?? {}, { sort: sort as FindOptions['sort'] });
}
