import { resolve } from 'node:path';
import {
  InvalidOptionsError,
  type Clock,
  type Logger,
  type PayloadCodec,
  type Store,
} from '@workflow-runner/contract';

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
    };

export const DEFAULT_CONNECTION = 'sqlite:./data/workflows.db';

const NOT_YET = /^(postgres|postgresql|mongodb|mongodb\+srv):/;
const PATH = 'persistence.connectionString';

/**
 * Reads a connection string: `sqlite:<path>` (also written `sqlite://<path>`) or `memory:`.
 * @throws {InvalidOptionsError}
 */
export function readConnection(connection: string): StoreLocation {
  if (connection === 'memory:') return { kind: 'memory' };
  const [, scheme] = NOT_YET.exec(connection) ?? [];
  if (scheme) throw new InvalidOptionsError(PATH, `${scheme}: is not available in this version`);
  if (!connection.startsWith('sqlite:')) {
    throw new InvalidOptionsError(
      PATH,
      `a store is written sqlite:<path> or memory:, not ${schemeOf(connection)}`,
    );
  }
  const path = connection.slice('sqlite:'.length).replace(/^\/\//, '');
  if (path === '' || path === ':memory:') {
    throw new InvalidOptionsError(PATH, 'sqlite: needs the path of a file; memory: keeps nothing');
  }
  return { kind: 'sqlite', path };
}

/** Loads the driver and makes the store; it is not open yet. */
export async function makeStore(location: StoreLocation, clock: Clock, logger: Logger): Promise<Store> {
  if (location.kind === 'memory') {
    const { MemoryStore } = await import('@workflow-runner/store/memory');
    return new MemoryStore({ clock });
  }
  const { SqliteStore } = await import('@workflow-runner/store/sqlite');
  const { kind: _kind, path, ...options } = location;
  return new SqliteStore({ ...options, path: resolve(path), clock, logger });
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
