import { WorkflowError } from '../errors.js';

/** The store did not answer; nothing is known to be lost, and the same call may be repeated. */
export class StoreUnavailableError extends WorkflowError {
  readonly code = 'STORE_UNAVAILABLE';
  override readonly retryable = true;
}

/** Somebody else holds the store's write lock and does not let go (a process that stands still in a transaction). */
export class StoreLockedError extends WorkflowError {
  readonly code = 'STORE_LOCKED';
  override readonly retryable = true;
}

/** The disk or the quota is full; what was acknowledged is safe, what was not must be repeated. */
export class StoreFullError extends WorkflowError {
  readonly code = 'STORE_FULL';
  override readonly retryable = true;
}

export class StoreReadOnlyError extends WorkflowError {
  readonly code = 'STORE_READ_ONLY';
}

/** The file is not a database or is damaged; restore a backup. */
export class StoreCorruptError extends WorkflowError {
  readonly code = 'STORE_CORRUPT';
}

/** The store was written by a newer version that this one cannot read. */
export class StoreTooNewError extends WorkflowError {
  readonly code = 'STORE_TOO_NEW';
  constructor(
    readonly found: number,
    readonly supported: number,
  ) {
    super(`The store has schema ${found}; this version reads up to ${supported}: upgrade Workflow Runner`);
  }
}
