import { WorkflowError } from '@workflow-runner/contract';

/** As many streams are open as this server serves. */
export class StreamLimitReachedError extends WorkflowError {
  readonly code = 'STREAM_LIMIT_REACHED';
  override readonly retryable = true;
  constructor(readonly limit: number) {
    super(`${limit} streams are open, which is as many as this server serves`);
  }
}
