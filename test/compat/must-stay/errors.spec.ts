import { ExecutionResult, WorkflowErrorHandling, type WorkflowBuilder } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

/** Fails on its first runs, then proceeds. */
function failingTimes(trace: Trace, name: string, times: number) {
  let left = times;
  return trace.step(name, () => {
    if (left-- > 0) throw new Error('not yet');
  });
}

describe('must stay 16: the order in which a failure is answered', () => {
  const cases: [string, (b: WorkflowBuilder<object>, trace: Trace) => unknown, string, string[]][] = [
    [
      "the step's own onError comes before the compensation around it",
      (b, trace) =>
        b.startWith(trace.step('A')).saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(failingTimes(trace, 'F', 1))
            .onError(WorkflowErrorHandling.Retry, 1),
        ),
      'completed',
      ['A', 'X', 'F', 'F'],
    ],
    [
      "compensation in scope comes before the definition's default",
      (b, trace) => {
        b.errorBehavior = WorkflowErrorHandling.Suspend;
        b.startWith(trace.step('A')).saga((then) =>
          then.startWith(trace.step('X')).compensateWith(trace.step('undoX')).then(trace.failing('F')),
        );
      },
      'completed',
      ['A', 'X', 'F', 'undoX'],
    ],
    [
      "the definition's default counts where nothing else does",
      (b, trace) => {
        b.errorBehavior = WorkflowErrorHandling.Suspend;
        b.startWith(trace.step('A')).then(trace.failing('F')).then(trace.step('B'));
      },
      'paused',
      ['A', 'F'],
    ],
    [
      "the step's own onError comes before the definition's default",
      (b, trace) => {
        b.errorBehavior = WorkflowErrorHandling.Suspend;
        b.startWith(trace.step('A'))
          .then(failingTimes(trace, 'F', 2))
          .onError(WorkflowErrorHandling.Retry, 1);
      },
      'completed',
      ['A', 'F', 'F', 'F'],
    ],
  ];
  it.each(cases)('%s', async (_title, build, status, marks) => {
    const trace = new Trace();
    const lab = await Lab.open([workflow<object>('precedence', (b) => build(b, trace))]);
    const id = await lab.start('precedence');
    if (status === 'completed') await lab.end(id);
    else await lab.rests(id, 'paused');
    expect((await lab.ops.get(id))?.record.status).toBe(status);
    expect(trace.marks).toEqual(marks);
  });
});

describe('must stay 17: persistenceData', () => {
  it('survives a retry', async () => {
    const seen: unknown[] = [];
    const body = new Trace().step('Body', ({ persistenceData }) => {
      seen.push(persistenceData);
      if (seen.length === 1) return ExecutionResult.persist({ page: 7 });
      if (seen.length === 2) throw new Error('once');
      return ExecutionResult.next();
    });
    const lab = await Lab.open([workflow('body', (b) => b.startWith(body))]);
    await lab.run('body');
    expect(seen).toEqual([null, { page: 7 }, { page: 7 }]);
  });

  it('of a saga container does not: its children begin again', async () => {
    const trace = new Trace();
    const again = workflow('again', (b) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(failingTimes(trace, 'F', 1)),
        )
        .onError(WorkflowErrorHandling.Retry, 1)
        .then(trace.step('B')),
    );
    const lab = await Lab.open([again]);
    expect((await lab.run('again')).status).toBe('completed');
    expect(trace.marks).toEqual(['A', 'X', 'F', 'undoX', 'X', 'F', 'B']);
  });
});

describe('must stay 20: after a compensated saga', () => {
  it('the workflow continues, once', async () => {
    const trace = new Trace();
    const goesOn = workflow('goes-on', (b) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(trace.failing('F'))
            .then(trace.step('Never')),
        )
        .compensateWith(trace.step('undoSaga'))
        .then(trace.step('B'))
        .then(trace.step('C')),
    );
    const lab = await Lab.open([goesOn]);
    expect((await lab.run('goes-on')).status).toBe('completed');
    expect(trace.marks).toEqual(['A', 'X', 'F', 'undoX', 'undoSaga', 'B', 'C']);
  });
});
