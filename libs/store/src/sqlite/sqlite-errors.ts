import {
  StoreCorruptError,
  StoreFullError,
  StoreLockedError,
  StoreReadOnlyError,
  StoreUnavailableError,
  WorkflowError,
} from '@workflow-runner/contract';

/** Primary result codes of SQLite, https://sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** SQLite's own words for them, because the bundled library leaves the code out of some errors. */
const CODE_OF_MESSAGE = new Map([
  ['database is locked', BUSY],
  ['database table is locked', LOCKED],
  ['attempt to write a readonly database', READONLY],
  ['disk I/O error', IOERR],
  ['database disk image is malformed', CORRUPT],
  ['database or disk is full', FULL],
  ['unable to open database file', CANTOPEN],
  ['file is not a database', NOTADB],
]);

function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { errcode } = error as { errcode?: unknown };
  if (typeof errcode === 'number') return errcode & 0xff;
  return CODE_OF_MESSAGE.get(error.message) ?? null;
}

/** Somebody else writes; the same call will do later. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

/** What is wrong with the store itself, by its name; null when the error is about the call. */
export function storeErrorOf(error: unknown, path: string): WorkflowError | null {
  const options = { cause: error };
  switch (primaryCode(error)) {
    case BUSY:
    case LOCKED:
      return new StoreLockedError(`${path} is locked by another process that does not let go`, options);
    case FULL:
      return new StoreFullError(`There is no room left to write to ${path}: free some`, options);
    case READONLY:
      return new StoreReadOnlyError(`${path} cannot be written to: check its owner, mode and mount`, options);
    case CORRUPT:
    case NOTADB:
      return new StoreCorruptError(`${path} is damaged or not a database: restore a backup`, options);
    case IOERR:
    case CANTOPEN:
      return new StoreUnavailableError(
        `${path} cannot be read or written: check its disk and folder`,
        options,
      );
    default:
      return null;
  }
}
