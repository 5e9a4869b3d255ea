import {
  WorkflowError,
  type DataNotSerializableError,
  type DataTooLargeError,
} from '@workflow-runner/contract';
import type { ErrorCode } from '@workflow-runner/contract';
import type { InstanceRunner } from './instance-runner.js';

/** What a step has changed in the data was dropped, and perhaps not for anything it did: it is worth another attempt. */
export class ChangesDroppedError extends WorkflowError {
  override readonly retryable = true;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Settles the data. When it cannot be stored it is as it was last durable afterwards. Steps share it by reference, so
 * every one that is in flight may have written what was dropped, or something beside it: none of them may complete.
 * @returns what a step that was ending fails with; null: all is well
 */
export function settleSharedData({ writer, inFlight }: Sharing): Error | null {
  const unstorable = writer.settleDataOrRestore();
  if (unstorable === null || inFlight.size === 0) return unstorable;
  const message = `${unstorable.message}; a step that ran at the same time may have written it`;
  const error = new ChangesDroppedError(unstorable.code, message, { cause: unstorable });
  drop(inFlight, error);
  return error;
}

/** Settles data that came from outside in place of what the steps in flight work on. */
export function settleReplacedData({ writer, inFlight }: Sharing): void {
  writer.settleData();
  drop(inFlight, new ChangesDroppedError('STEP_ABORTED', 'The data was replaced while the step ran'));
}

export type Unstorable = DataNotSerializableError | DataTooLargeError;
type Sharing = Pick<InstanceRunner, 'writer' | 'inFlight'>;

function drop(inFlight: Sharing['inFlight'], error: ChangesDroppedError): void {
  for (const execution of inFlight.values()) execution.dropped = error;
}
