/** Every way Workflow Runner says no. The texts are in docs/errors.md, one anchor per code. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INVALID_REQUEST',
  'NOT_FOUND',
  'INSTANCE_NOT_FOUND',
  'WORKFLOW_NOT_FOUND',
  'WORKFLOW_AMBIGUOUS',
  'WORKFLOW_CONFLICT',
  'INVALID_WORKFLOW',
  'INVALID_TRANSITION',
  'SIGNAL_LIMIT_REACHED',
  'STREAM_LIMIT_REACHED',
  'INVALID_OPTIONS',
  'IDEMPOTENCY_CONFLICT',
  'REVISION_CONFLICT',
  'NODE_FENCED',
  'NOT_INITIALIZED',
  'STOPPING',
  'STORE_UNAVAILABLE',
  'STORE_LOCKED',
  'STORE_FULL',
  'STORE_READ_ONLY',
  'STORE_CORRUPT',
  'STORE_TOO_NEW',
  'DATA_NOT_SERIALIZABLE',
  'DATA_TOO_LARGE',
  'PAYLOAD_NOT_ENCODED',
  'PAYLOAD_UNREADABLE',
  'STEP_TIMED_OUT',
  'STEP_ABORTED',
  'STEP_CRASHED',
  'WAIT_TIMED_OUT',
  'PAYLOAD_TOO_LARGE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Base of every error Workflow Runner throws on purpose. */
export abstract class WorkflowError extends Error {
  abstract readonly code: ErrorCode;
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean = false;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A request has the wrong shape; `violations` names each wrong field. */
export class InvalidRequestError extends WorkflowError {
  readonly code = 'INVALID_REQUEST';
  constructor(
    message: string,
    readonly violations: readonly { path: string; message: string }[] = [],
  ) {
    super(message);
  }
}

/** Options of a runner, store or workflow that cannot be obeyed; `path` names the culprit. */
export class InvalidOptionsError extends WorkflowError {
  readonly code = 'INVALID_OPTIONS';
  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(`${path}: ${problem}`);
  }
}

export class InstanceNotFoundError extends WorkflowError {
  readonly code = 'INSTANCE_NOT_FOUND';
  constructor(readonly instanceId: string) {
    super(`There is no instance ${instanceId}`);
  }
}

export class WorkflowNotFoundError extends WorkflowError {
  readonly code = 'WORKFLOW_NOT_FOUND';
  constructor(readonly workflowId: string) {
    super(`No workflow is registered as ${workflowId}`);
  }
}

/** A bare name stands in several name spaces; `candidates` are the full ids to choose from. */
export class WorkflowAmbiguousError extends WorkflowError {
  readonly code = 'WORKFLOW_AMBIGUOUS';
  constructor(
    readonly workflowId: string,
    readonly candidates: readonly string[],
  ) {
    super(`${workflowId} could mean ${candidates.join(' or ')}: use the full id`);
  }
}

/** The same id was registered before with another shape. */
export class WorkflowConflictError extends WorkflowError {
  readonly code = 'WORKFLOW_CONFLICT';
  constructor(readonly workflowId: string) {
    super(`${workflowId} is already registered with other steps: give the new one another version`);
  }
}

/** A definition that cannot be run (no step, a dangling edge, a bad version). */
export class InvalidWorkflowError extends WorkflowError {
  readonly code = 'INVALID_WORKFLOW';
  constructor(
    readonly workflowId: string,
    problem: string,
  ) {
    super(`Workflow ${workflowId}: ${problem}`);
  }
}

export class InvalidTransitionError extends WorkflowError {
  readonly code = 'INVALID_TRANSITION';
  constructor(
    readonly instanceId: string,
    readonly status: string,
    readonly action: string,
  ) {
    super(`Instance ${instanceId} is ${status}: ${action} is not possible`);
  }
}

/** Signals that no step has waited for yet fill the instance; there is room again when a step takes one. */
export class SignalLimitReachedError extends WorkflowError {
  readonly code = 'SIGNAL_LIMIT_REACHED';
  override readonly retryable = true;
  constructor(
    readonly instanceId: string,
    readonly limitBytes: number,
  ) {
    super(`Signals that no step of instance ${instanceId} has waited for yet fill its ${limitBytes} bytes`);
  }
}

/** The idempotency key was used before with other content. */
export class IdempotencyConflictError extends WorkflowError {
  readonly code = 'IDEMPOTENCY_CONFLICT';
  constructor(
    readonly key: string,
    readonly instanceId: string,
  ) {
    super(`Idempotency key ${key} already started instance ${instanceId} with other data`);
  }
}

/** Another writer committed first; reload the instance and decide again. */
export class RevisionConflictError extends WorkflowError {
  readonly code = 'REVISION_CONFLICT';
  override readonly retryable = true;
  constructor(
    readonly instanceId: string,
    readonly expectedRevision: number,
  ) {
    super(`Instance ${instanceId} is no longer at revision ${expectedRevision} under this owner`);
  }
}

/** This node was declared dead (it stood still longer than its lease); it must begin a new epoch. */
export class NodeFencedError extends WorkflowError {
  readonly code = 'NODE_FENCED';
  constructor(
    readonly nodeId: string,
    readonly epoch: number,
  ) {
    super(`Node ${nodeId} lost its epoch ${epoch}: others have taken over its instances`);
  }
}

export class NotInitializedError extends WorkflowError {
  readonly code = 'NOT_INITIALIZED';
  constructor(what: string, remedy: string) {
    super(`${what} is not initialized: ${remedy}`);
  }
}

/** The runner is stopping and takes no new work. */
export class StoppingError extends WorkflowError {
  readonly code = 'STOPPING';
  override readonly retryable = true;
  constructor() {
    super('The runner is stopping and takes no new work');
  }
}

export class WaitTimedOutError extends WorkflowError {
  readonly code = 'WAIT_TIMED_OUT';
  override readonly retryable = true;
  constructor(
    readonly instanceId: string,
    readonly timeoutMs: number,
  ) {
    super(`Instance ${instanceId} has not ended within ${timeoutMs} ms`);
  }
}

/** A value that JSON with tags cannot carry; `path` says where it stands. */
export class DataNotSerializableError extends WorkflowError {
  readonly code = 'DATA_NOT_SERIALIZABLE';
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${path}: ${problem} cannot be stored`);
  }
}

export class DataTooLargeError extends WorkflowError {
  readonly code = 'DATA_TOO_LARGE';
  constructor(
    readonly what: string,
    readonly bytes: number,
    readonly limitBytes: number,
  ) {
    super(`${what} has ${bytes} bytes, ${limitBytes} are allowed`);
  }
}

export class StepTimedOutError extends WorkflowError {
  readonly code = 'STEP_TIMED_OUT';
  override readonly retryable = true;
  readonly category = 'timeout';
  constructor(
    readonly stepName: string,
    readonly timeoutMs: number,
  ) {
    super(`Step ${stepName} did not finish within ${timeoutMs} ms`);
  }
}

/** The step was told to stop: its instance is cancelled, failed beside it, or its node lost its epoch. */
export class StepAbortedError extends WorkflowError {
  readonly code = 'STEP_ABORTED';
  constructor(reason: string) {
    super(`The step was aborted: ${reason}`);
  }
}

/** The step's process died again and again while the step ran. */
export class StepCrashedError extends WorkflowError {
  readonly code = 'STEP_CRASHED';
  readonly category = 'system';
  constructor(
    readonly stepName: string,
    readonly crashes: number,
  ) {
    super(`Step ${stepName} was running at ${crashes} deaths of its process and is not tried again`);
  }
}
