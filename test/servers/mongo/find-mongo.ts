import { findFirst, type Place, type Search } from '../find-first.js';
import { lookForMongod } from './mongod.js';
import { identify, type MongoKind, type MongoServer } from './mongo-server.js';
import type { StartMongo } from './own-mongo-server.js';
import { lookForStandIn, standInName } from './stand-in.js';

const VARIABLE = 'TEST_MONGODB_URI';
const STANDARD_URI = 'mongodb://127.0.0.1:27017';

/** What can be started here, by kind. */
export type MongoStarters = Readonly<Partial<Record<MongoKind, StartMongo>>>;

const named: Place<MongoServer> = {
  name: VARIABLE,
  look: async () => {
    const uri = process.env[VARIABLE];
    if (!uri) return { whyNot: `${VARIABLE} is not set` };
    const usable = (found: MongoServer) => ({ found });
    return identify(uri, 10_000).then(usable, (error: unknown) => {
      // Without the driver's error: Vitest cannot print that.
      throw new Error(`${VARIABLE} names a server that cannot be used: ${messageOf(error)}`);
    });
  },
};

const standing: Place<MongoServer> = {
  name: 'on its standard port',
  look: () =>
    identify(STANDARD_URI, 1_000).then(
      (found) => ({ found }),
      (error: unknown) => ({ whyNot: messageOf(error) }),
    ),
};

const starters: readonly Place<MongoStarters>[] = [
  { name: 'started by the tests', look: lookForMongod },
  {
    name: standInName,
    look: () => {
      const looked = lookForStandIn();
      return 'found' in looked ? { found: { 'stand-in': looked.found } } : looked;
    },
  },
];

/** A server that runs already: it serves all, so nobody may stop it. */
export function findStandingMongo(): Promise<Search<MongoServer>> {
  return findFirst([named, standing]);
}

/** Servers for tests that stop them; and for all where none is standing. */
export function findMongoStarters(): Promise<Search<MongoStarters>> {
  return findFirst(starters);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
