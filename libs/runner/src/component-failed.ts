import { WorkflowError, type ErrorCode } from '@workflow-runner/contract';

/** The parts a runner is started from, in this order; stopped in the opposite one. */
export type RunnerComponent = 'store' | 'workflows' | 'host' | 'metrics' | 'autoStart';

/** A part of the runner could not start or stop. The code is that of its cause. */
export class ComponentFailedError extends WorkflowError {
  readonly code: ErrorCode;
  override readonly retryable: boolean;

  constructor(
    readonly component: RunnerComponent,
    cause: unknown,
  ) {
    super(`${component}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.code = cause instanceof WorkflowError ? cause.code : 'INTERNAL';
    this.retryable = cause instanceof WorkflowError && cause.retryable;
  }
}

/** Carries out one part; its failure names it. @throws {ComponentFailedError} */
export async function asComponent<T>(component: RunnerComponent, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ComponentFailedError(component, error);
  }
}
