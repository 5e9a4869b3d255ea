import { OwnServer } from '../own-server.js';
import type { ServerProcess } from '../server-process.mjs';
import type { MongoKind, MongoServer } from './mongo-server.js';

/**
 * What a server still has after it was killed. In memory nothing; on disk every write that it has answered. Only the
 * stand-in runs in memory, a mongod is always on disk.
 */
export type Keeping = 'memory' | 'disk';

/** A MongoDB for tests that kill, freeze or restart it. */
export class OwnMongoServer extends OwnServer implements MongoServer {
  readonly uri: string;
  readonly kind: MongoKind;
  readonly version: string;

  constructor({ uri, kind, version }: MongoServer, begin: () => Promise<ServerProcess>) {
    super(begin);
    this.uri = uri;
    this.kind = kind;
    this.version = version;
  }
}

/** Starts one of a kind in an empty folder, where it may leave what it likes. */
export type StartMongo = (folder: string, keeping: Keeping) => Promise<OwnMongoServer>;
