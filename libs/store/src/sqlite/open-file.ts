import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreReadOnlyError, StoreUnavailableError } from '@workflow-runner/contract';
import type { Driver, Opener } from './driver.js';
import type { SqliteStoreOptions } from './options.js';
import { migrate } from './schema.js';
import { isBusy, storeErrorOf } from './sqlite-errors.js';

const RETRY_MS = 20;
/** Pages of the log after which they are brought into the database and it begins anew. */
const LOG_PAGES = 2_000;
/** A page and what stands before it; some pages more, for the transaction that reaches the limit. */
const LOG_BYTES = (LOG_PAGES + 50) * (4_096 + 24);

/**
 * Opens the file, sets it up and brings its schema up to date, without ever standing still for a lock.
 * @throws {StoreTooNewError} @throws {StoreCorruptError} @throws {StoreReadOnlyError} @throws {StoreLockedError}
 * @throws {StoreUnavailableError} the folder cannot be made or the file not be opened
 */
export async function openFile(opener: Opener, options: SqliteStoreOptions): Promise<Driver> {
  makeFolder(options.path);
  const giveUpAt = performance.now() + (options.openTimeoutMs ?? 5_000);
  for (;;) {
    try {
      return attempt(opener, options);
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw reasonOf(error, options.path);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Beside a file that cannot be written SQLite fails to make its -shm, and says only that something cannot be opened. */
function reasonOf(error: unknown, path: string): unknown {
  const storeError = storeErrorOf(error, path);
  const mayBeReadOnly = storeError instanceof StoreUnavailableError && existsSync(path);
  if (!mayBeReadOnly || (isWritable(path) && isWritable(dirname(path)))) return storeError ?? error;
  return new StoreReadOnlyError(`${path} cannot be written to: check its owner, mode and mount`, {
    cause: error,
  });
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** SQLite opens a file that it cannot write to without a word. A writer that is busy proves the contrary. */
function refuseReadOnly(driver: Driver): void {
  try {
    // BEGIN IMMEDIATE alone begins a read without a word.
    driver.transaction(() => driver.exec('DELETE FROM meta WHERE 0'));
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/** Somebody who writes meanwhile has made room. */
function reserveLog(driver: Driver): void {
  try {
    driver.transaction(() => driver.log?.reserve(LOG_BYTES));
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  driver.log?.syncLater().catch(() => undefined);
}

/** Leaves everything in the file itself, as far as other processes let it, so that the file alone is a backup. */
export function closeFile(driver: Driver): void {
  try {
    driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    // What stays in the -wal file is as safe there.
    if (!isBusy(error) && storeErrorOf(error, '') === null) throw error;
  } finally {
    driver.close();
  }
}

/** Whether commits are made durable apart from SQLite. */
export function isSyncedByUs(driver: Driver, options: SqliteStoreOptions): boolean {
  return options.synchronous !== 'normal' && driver.log !== undefined;
}

function attempt(opener: Opener, options: SqliteStoreOptions): Driver {
  const driver = opener(options.path);
  try {
    driver.exec('PRAGMA journal_mode = WAL');
    // NORMAL: a commit is in the log, and nobody has waited for the disk.
    driver.exec(
      `PRAGMA synchronous = ${isSyncedByUs(driver, options) || options.synchronous === 'normal' ? 'NORMAL' : 'FULL'}`,
    );
    driver.exec('PRAGMA cache_size = -4000');
    driver.exec('PRAGMA journal_size_limit = 67108864');
    driver.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
    migrate(driver);
    refuseReadOnly(driver);
    if (isSyncedByUs(driver, options)) reserveLog(driver);
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw new StoreUnavailableError(`The folder of ${path} cannot be made`, { cause });
  }
}
