import { InvalidOptionsError, StoreTooNewError, StoreUnavailableError } from '@workflow-runner/contract';
import type { WorkflowError } from '@workflow-runner/contract';
import mongoose from 'mongoose';
import type { Condition } from './condition.js';
import { ConnectedDriver } from './connected-driver.js';
import type { MongoDriver } from './driver.js';
import { storeErrorOf } from './mongo-errors.js';
import { MONGO_DEFAULTS, type MongoStoreOptions } from './options.js';
import { checkSchema, createIndexes } from './schema.js';
import type { ServerTime } from './server-time.js';

type Db = mongoose.mongo.Db;

/** How often the server is looked for while it is away, in ms: at once, then ever less often. */
const SHORTEST_MS = 50;
const LONGEST_MS = 1_000;

/**
 * The way to the server.
 *
 *   closed -> away (opened; it is looked for) -> ready (it answers, and this version can use what is there)
 *   ready -> away (a call got no answer) ; away, ready -> closed
 *
 * While it is away every call is refused at once, with what was wrong at the last look.
 */
export class StoreConnection {
  readonly driver: MongoDriver;
  /** Looks at the server while nothing else may use it. */
  private readonly probe: MongoDriver;
  private readonly client: mongoose.mongo.MongoClient | null;
  private state: 'closed' | 'away' | 'ready' = 'closed';
  private trouble: WorkflowError = new StoreUnavailableError('The MongoDB store is not open');
  private hasIndexes = false;
  private looking: Promise<void> = Promise.resolve();
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly options: MongoStoreOptions,
    private readonly condition: Condition,
    private readonly time: ServerTime,
  ) {
    const { prefix = MONGO_DEFAULTS.prefix, timeoutMs = MONGO_DEFAULTS.timeoutMs } = options;
    const intercept = options.intercept ?? ((driver: MongoDriver) => driver);
    this.client = options.uri === undefined ? null : newClient(options.uri, timeoutMs);
    this.driver = intercept(new ConnectedDriver({ prefix, timeoutMs, use: (work) => this.use(work) }));
    this.probe = intercept(new ConnectedDriver({ prefix, timeoutMs, use: (work) => this.tryOut(work) }));
  }

  /** Resolves also while the server is away. @throws {StoreTooNewError} what is there cannot be used */
  async open(): Promise<void> {
    this.state = 'away';
    const trouble = await this.look();
    if (trouble instanceof StoreTooNewError) {
      await this.close();
      throw trouble;
    }
    if (trouble) this.lookAgain();
  }

  async close(): Promise<void> {
    this.state = 'closed';
    this.trouble = new StoreUnavailableError('The MongoDB store is closed');
    this.wakeUp();
    await this.client?.close();
    await this.looking;
    this.condition.closed();
  }

  private async use<T>(work: (db: Db) => Promise<T>): Promise<T> {
    if (this.state !== 'ready') throw this.trouble;
    try {
      return await this.tryOut(work);
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.lost(error);
      throw error;
    }
  }

  /** Where its name is clear, what went wrong is an error of the store. */
  private async tryOut<T>(work: (db: Db) => Promise<T>): Promise<T> {
    try {
      return await work(this.database());
    } catch (error) {
      throw storeErrorOf(error) ?? error;
    }
  }

  private database(): Db {
    if (this.client) return this.client.db();
    const { connection } = this.options;
    if (connection?.readyState === mongoose.ConnectionStates.connected && connection.db) return connection.db;
    throw new StoreUnavailableError('The connection to MongoDB that was given is not open');
  }

  private lost(trouble: StoreUnavailableError): void {
    if (this.state !== 'ready') return;
    this.state = 'away';
    this.note(trouble);
    this.lookAgain();
  }

  private lookAgain(): void {
    this.looking = (async () => {
      for (let pauseMs = SHORTEST_MS; this.state === 'away'; pauseMs = Math.min(2 * pauseMs, LONGEST_MS)) {
        if (!(await this.look())) return;
        await this.pause(pauseMs);
      }
    })();
  }

  /** @returns what is wrong; null: it may be used from now on */
  private async look(): Promise<WorkflowError | null> {
    try {
      // A client whose first connection failed is of no use until it is connected anew; to a connected one it is nothing.
      await this.connect();
      await checkSchema(this.probe);
      if (!this.hasIndexes) await createIndexes(this.probe);
      this.hasIndexes = true;
      await this.time.sample(this.probe);
    } catch (error) {
      const trouble =
        storeErrorOf(error) ?? new StoreUnavailableError(`MongoDB: ${String(error)}`, { cause: error });
      this.note(trouble);
      return trouble;
    }
    if (this.state === 'away') {
      this.state = 'ready';
      this.condition.healthy();
    }
    return null;
  }

  private async connect(): Promise<void> {
    try {
      await this.client?.connect();
    } catch (error) {
      throw storeErrorOf(error) ?? error;
    }
  }

  private note(trouble: WorkflowError): void {
    if (this.state === 'closed') return;
    this.trouble = trouble;
    this.condition.degraded(trouble.message);
  }

  private async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}

function newClient(uri: string, timeoutMs: number): mongoose.mongo.MongoClient {
  try {
    return new mongoose.mongo.MongoClient(uri, {
      appName: 'workflow-runner',
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
      waitQueueTimeoutMS: timeoutMs,
      // What has no answer is decided by those who asked: they read back. And not every server has sessions.
      retryWrites: false,
      retryReads: false,
    });
  } catch (error) {
    throw new InvalidOptionsError('store.uri', error instanceof Error ? error.message : String(error));
  }
}
