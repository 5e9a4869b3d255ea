import { InvalidOptionsError } from '@workflow-runner/contract';
import type { SqliteStoreOptions } from './options.js';
import { LogFile, type WriteAheadLog } from './write-ahead-log.js';

export type SqlValue = string | number | null;
/** Values in the order of the `?`s, or one object for `:names`. */
export type Bindings = SqlValue[] | [Record<string, SqlValue>];

export interface Statement {
  run(...values: Bindings): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: Bindings): unknown;
  all(...values: Bindings): unknown[];
}

/**
 * All that is asked of SQLite, so that one library can stand in for another. Nothing in it waits for a lock.
 *
 * The bundled library cannot finalize a statement: a closed connection that has prepared some keeps its files open
 * until the garbage collector has found them. So a short-lived connection only uses `exec`.
 */
export interface Driver {
  exec(sql: string): void;
  /** One statement, kept compiled until the driver is closed; the same text gives the same one. */
  prepare(sql: string): Statement;
  /** Runs `work` under the write lock; whatever it throws rolls everything back. */
  transaction<T>(work: () => T): T;
  /**
   * The file's log, for those who make commits durable themselves; such a driver's commits are not (see `openFile`). None:
   * SQLite does it with each commit.
   */
  readonly log?: WriteAheadLog | undefined;
  /** Copies the database while it is in use. */
  backup(target: string): Promise<void>;
  close(): void;
}

interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
  readonly isTransaction?: boolean;
}

interface Library {
  readonly DatabaseSync: new (path: string, options: { timeout: number }) => Database;
  readonly backup?: (source: Database, target: string) => Promise<unknown>;
}

const LIBRARIES = { bundled: '@photostructure/sqlite', builtin: 'node:sqlite' } as const;

/** Opens files with the library that was asked for. */
export type Opener = (path: string) => Driver;

/** @throws {InvalidOptionsError} the library does not load here */
export async function loadDriver(choice: SqliteStoreOptions['driver'] = 'auto'): Promise<Opener> {
  if (typeof choice === 'function') return choice;
  const names = choice === 'auto' ? (['bundled', 'builtin'] as const) : [choice];
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      const library = (await import(LIBRARIES[name])) as Library;
      return (path) => new LibraryDriver(library, path);
    } catch (error) {
      failures.push(error);
    }
  }
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new InvalidOptionsError(
    'store.driver',
    `no SQLite library can be loaded here: ${reasons.join('; ')}`,
  );
}

/** Both libraries have the interface of `node:sqlite`. */
class LibraryDriver implements Driver {
  readonly log: LogFile;
  private readonly database: Database;
  private readonly statements = new Map<string, Statement>();

  constructor(
    private readonly library: Library,
    path: string,
  ) {
    this.database = new library.DatabaseSync(path, { timeout: 0 });
    this.log = new LogFile(path);
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  prepare(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  transaction<T>(work: () => T): T {
    this.prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      this.prepare('COMMIT').run();
      return result;
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  async backup(target: string): Promise<void> {
    if (!this.library.backup) {
      throw new InvalidOptionsError(
        'store.driver',
        'this version of node:sqlite has no backup: use `bundled`',
      );
    }
    await this.library.backup(this.database, target);
  }

  close(): void {
    this.statements.clear();
    this.log.close();
    this.database.close();
  }

  /** SQLite rolls back by itself on a full disk and on I/O errors; then there is nothing left to undo. */
  private undo(): void {
    if (this.database.isTransaction === false) return;
    try {
      this.prepare('ROLLBACK').run();
    } catch {
      // The next BEGIN says what is wrong.
    }
  }
}
