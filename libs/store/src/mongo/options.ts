import type { Clock, Logger } from '@workflow-runner/contract';
import type { Connection } from 'mongoose';
import type { MongoDriver } from './driver.js';

export interface MongoStoreOptions {
  /** Address of the server with the database, `mongodb://host/database`. Either this or `connection`. */
  readonly uri?: string;
  /**
   * A connection of the host's own (mongoose 9), which the store neither opens nor closes; while it is not open, the store is
   * degraded.
   */
  readonly connection?: Connection;
  /** The store's collections begin with it. @default 'wfr_' */
  readonly prefix?: string;
  readonly clock: Clock;
  /**
   * How long the server may take to be found, to be connected to and to answer, in ms each; with `connection` its own
   * settings count. Well below the lease of the nodes. @default 4_000
   */
  readonly timeoutMs?: number;
  /** What comes between store and server, such as faults of a test. @default nothing */
  readonly intercept?: (driver: MongoDriver) => MongoDriver;
  /** @default none */
  readonly logger?: Logger;
}

export const MONGO_DEFAULTS = { prefix: 'wfr_', timeoutMs: 4_000 } as const;
