import { describe, expect, it } from 'vitest';
import { notRunningError, RUNNER_STATUSES, statusAfter, type RunnerMove } from './runner-status.js';

const MOVES: readonly RunnerMove[] = ['initialize', 'succeed', 'fail', 'stop', 'reset'];
const LEGAL = [
  'uninitialized initialize initializing',
  'initializing succeed running',
  'initializing fail error',
  'running stop stopping',
  'running fail error',
  'stopping succeed stopped',
  'stopping fail error',
  'error reset uninitialized',
];

describe('The states of a runner', () => {
  it('change by the table of the seed and by nothing else', () => {
    const found = RUNNER_STATUSES.flatMap((status) =>
      MOVES.map((move) => [status, move, statusAfter(status, move)] as const),
    ).filter(([, , next]) => next !== null);
    expect(found.map((words) => words.join(' ')).sort()).toEqual([...LEGAL].sort());
  });

  it('say what to do where the runner does not run', () => {
    expect(notRunningError('uninitialized')).toMatchObject({ code: 'NOT_INITIALIZED' });
    expect(notRunningError('uninitialized').message).toContain('initialize()');
    expect(notRunningError('error').message).toContain('reset()');
    expect(notRunningError('stopped').message).toContain('new WorkflowRunner');
    expect(notRunningError('stopping')).toMatchObject({ code: 'STOPPING' });
  });
});
