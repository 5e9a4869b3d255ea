import { NotInitializedError, StoppingError, WorkflowError } from '@workflow-runner/contract';

/**
 * Where a runner stands.
 *
 *   uninitialized ──initialize──▶ initializing ──succeed──▶ running ──stop──▶ stopping ──succeed──▶ stopped
 *         ▲                            │fail                  │fail              │fail
 *         └───────────reset────────── error ◀─────────────────┴──────────────────┘
 */
export const RUNNER_STATUSES = [
  'uninitialized',
  'initializing',
  'running',
  'stopping',
  'stopped',
  'error',
] as const;
export type RunnerStatus = (typeof RUNNER_STATUSES)[number];

export type RunnerMove = 'initialize' | 'succeed' | 'fail' | 'stop' | 'reset';

const MOVES: Readonly<Record<RunnerStatus, Partial<Record<RunnerMove, RunnerStatus>>>> = {
  uninitialized: { initialize: 'initializing' },
  initializing: { succeed: 'running', fail: 'error' },
  running: { stop: 'stopping', fail: 'error' },
  stopping: { succeed: 'stopped', fail: 'error' },
  error: { reset: 'uninitialized' },
  stopped: {},
};

/** Where a move leads; null when it is not possible from there. */
export function statusAfter(status: RunnerStatus, move: RunnerMove): RunnerStatus | null {
  return MOVES[status][move] ?? null;
}

const REMEDIES: Readonly<Record<RunnerStatus, string>> = {
  uninitialized: 'call initialize() first',
  initializing: 'await initialize() first',
  running: 'it is running already',
  stopping: 'it is stopping; make a new WorkflowRunner',
  stopped: 'it was stopped; make a new WorkflowRunner',
  error: 'it failed; call reset(), then initialize()',
};

/** What to throw at a caller who needs a running runner, or one that may be initialized. */
export function notRunningError(status: RunnerStatus): NotInitializedError | StoppingError {
  if (status === 'stopping') return new StoppingError();
  return new NotInitializedError('The runner', REMEDIES[status]);
}

/** The runner cannot make this move from where it stands. */
export class RunnerTransitionError extends WorkflowError {
  readonly code = 'INVALID_TRANSITION';

  constructor(
    readonly status: RunnerStatus,
    readonly move: RunnerMove,
  ) {
    super(`The runner is ${status}: ${move} is not possible`);
  }
}
