import { resolve } from 'node:path';
import {
  InvalidOptionsError,
  type Clock,
  type Logger,
  type PayloadCodec,
  type Store,
} from '@workflow-runner/contract';
import type { MongoStoreOptions } from '@workflow-runner/store/mongo';
import type { IMongooseConnection } from './runner-props.js';

/** Where everything is kept, and how. */
export type StoreLocation =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'sqlite';
      /** Relative to the working directory at the time of opening. */
      readonly path: string;
      readonly synchronous?: 'full' | 'normal';
      readonly driver?: 'auto' | 'bundled' | 'builtin';
      readonly openTimeoutMs?: number;
    }
  | ({
      readonly kind: 'mongo';
      /** Collections begin with it. */
      readonly prefix?: string;
      /** How long the server may take to be found and to answer. */
      readonly timeoutMs?: number;
    } & MongoServer);

/** Where a MongoDB is: its address, or a connection of the host's own. */
export type MongoServer = { readonly uri: string } | { readonly connection: IMongooseConnection };

export const DEFAULT_CONNECTION = 'sqlite:./data/workflows.db';

const NOT_YET = /^(postgres|postgresql):/;
const MONGODB = /^mongodb(?:\+srv)?:\/\//;
/** Behind the servers: a slash and the name of the database. */
const MONGODB_DATABASE = /^mongodb(?:\+srv)?:\/\/[^/?]+\/[^/?]+(?:\?|$)/;
const PATH = 'persistence.connectionString';

/**
 * Reads a connection string: `sqlite:<path>` (also written `sqlite://<path>`), `mongodb://<server>/<database>` (also
 * `mongodb+srv://`) or `memory:`.
 * @throws {InvalidOptionsError}
 */
export function readConnection(connection: string): StoreLocation {
  if (connection === 'memory:') return { kind: 'memory' };
  const [, scheme] = NOT_YET.exec(connection) ?? [];
  if (scheme) throw new InvalidOptionsError(PATH, `${scheme}: is not available in this version`);
  if (MONGODB.test(connection)) return mongoLocation(connection);
  if (!connection.startsWith('sqlite:')) {
    throw new InvalidOptionsError(
      PATH,
      `a store is written sqlite:<path>, mongodb://<server>/<database> or memory:, not ${schemeOf(connection)}`,
    );
  }
  const path = connection.slice('sqlite:'.length).replace(/^\/\//, '');
  if (path === '' || path === ':memory:') {
    throw new InvalidOptionsError(PATH, 'sqlite: needs the path of a file; memory: keeps nothing');
  }
  return { kind: 'sqlite', path };
}

/** The driver itself would take a database of its own choice, `test`. */
function mongoLocation(uri: string): StoreLocation {
  if (MONGODB_DATABASE.test(uri)) return { kind: 'mongo', uri };
  throw new InvalidOptionsError(PATH, 'mongodb: needs the name of a database: mongodb://<server>/<database>');
}

/** Loads the driver and makes the store; it is not open yet. */
export async function makeStore(location: StoreLocation, clock: Clock, logger: Logger): Promise<Store> {
  if (location.kind === 'memory') {
    const { MemoryStore } = await import('@workflow-runner/store/memory');
    return new MemoryStore({ clock });
  }
  if (location.kind === 'mongo') {
    const { MongoStore } = await import('@workflow-runner/store/mongo').catch(withoutMongoose);
    const { kind: _kind, ...options } = location;
    return new MongoStore({ ...(options as MongoStoreOptions), clock, logger });
  }
  const { SqliteStore } = await import('@workflow-runner/store/sqlite');
  const { kind: _kind, path, ...options } = location;
  return new SqliteStore({ ...options, path: resolve(path), clock, logger });
}

/** It is an optional peer: whoever keeps everything in a file need not have it. */
function withoutMongoose(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
  throw new InvalidOptionsError(
    'persistence',
    'a MongoDB needs the package mongoose: npm install mongoose@9',
  );
}

/** The same store, with payloads that go through a codec. */
export async function behindCodec(store: Store, codec: PayloadCodec, logger: Logger): Promise<Store> {
  const { CodedStore } = await import('@workflow-runner/store/coded');
  return new CodedStore({ store, codec, logger });
}

/** What stands behind the scheme may hold a password. */
function schemeOf(connection: string): string {
  const colon = connection.indexOf(':');
  return colon < 0 ? 'a text without a scheme' : connection.slice(0, colon + 1);
}
