import { StoreLockedError, WorkflowError } from '@workflow-runner/contract';

/** What the store said, and whether it had to be asked twice: then the first call may have been carried out. */
export interface SureAnswer<T> {
  readonly answer: T;
  readonly repeated: boolean;
}

/**
 * Asks once more when the answer was lost, so that what is stored is not called a failure. `call` must be harmless to
 * repeat: what it writes has an id of its own.
 * @throws what the first call threw, when the second fails too
 */
export async function askSurely<T>(call: () => Promise<T>): Promise<SureAnswer<T>> {
  try {
    return { answer: await call(), repeated: false };
  } catch (error) {
    if (!(error instanceof WorkflowError) || !error.retryable) throw error;
    // Nothing was written, and whoever asks has waited for the lock already.
    if (error instanceof StoreLockedError) throw error;
    return { answer: await call().catch(() => Promise.reject(error)), repeated: true };
  }
}
