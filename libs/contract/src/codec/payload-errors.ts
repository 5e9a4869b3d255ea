import { WorkflowError } from '../errors.js';

/** The payload codec did not encode, so nothing was written; `cause` is what it threw. */
export class PayloadNotEncodedError extends WorkflowError {
  readonly code = 'PAYLOAD_NOT_ENCODED';
  override readonly retryable = true;
  constructor(cause: unknown) {
    super('The payload codec did not encode; nothing was written', { cause });
  }
}

/** A stored payload cannot be decoded; `cause` is what the codec threw. What is stored stays as it is. */
export class PayloadUnreadableError extends WorkflowError {
  readonly code = 'PAYLOAD_UNREADABLE';
  constructor(
    /** What it belongs to, for example `Instance 42`. */
    readonly what: string,
    cause: unknown,
  ) {
    super(`${what} cannot be read: its payload is damaged, or the codec lacks the key`, { cause });
  }
}
