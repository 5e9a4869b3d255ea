import type { Caller, Logger } from '@workflow-runner/contract';
import type { StepContext } from '../authoring/step-context.js';
import type { ExecutionPointer, WorkflowInstance, WorkflowStepBase } from '../authoring/workflow-es.js';
import type { Pointer } from '../state/pointer.js';
import type { Execution } from './execution.js';

/** What a step body is given; what costs something is made when it is first asked for. */
export class EngineStepContext implements StepContext {
  readonly workflow: WorkflowInstance;
  readonly step: WorkflowStepBase;
  readonly pointer: ExecutionPointer;
  persistenceData: unknown;
  readonly item: unknown;
  readonly attempt: number;

  readonly #execution: Execution;
  readonly #pointer: Pointer;

  constructor(execution: Execution) {
    const { pointer, runner } = execution;
    this.#execution = execution;
    this.#pointer = pointer;
    this.workflow = runner.view;
    this.step = execution.step.model;
    this.pointer = pointer as unknown as ExecutionPointer;
    this.persistenceData = pointer.persistenceData;
    this.item = pointer.contextItem;
    this.attempt = pointer.retryCount + 1;
  }

  get idempotencyKey(): string {
    return `${this.#execution.runner.id}:${this.#pointer.id}`;
  }

  get signal(): AbortSignal {
    return this.#execution.signal;
  }

  get logger(): Logger {
    return this.#execution.runner.services.logger;
  }

  get local(): Record<string, unknown> {
    return this.#execution.runner.state.local(this.#pointer.localKey);
  }

  get caller(): Caller {
    return this.#execution.runner.record.caller;
  }

  get tenantId(): string | null {
    return this.#execution.runner.record.tenantId;
  }

  get correlationId(): string | null {
    return this.#execution.runner.record.correlationId;
  }

  heartbeat(progress?: unknown): void {
    this.#execution.heartbeat(progress);
  }
}
