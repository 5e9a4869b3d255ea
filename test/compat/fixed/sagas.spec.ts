import { WorkflowErrorHandling, type WorkflowBuilder } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

type Build = (b: WorkflowBuilder<object>, trace: Trace) => unknown;

async function open(build: Build): Promise<{ lab: Lab; trace: Trace }> {
  const trace = new Trace();
  return { trace, lab: await Lab.open([workflow<object>('saga', (b) => build(b, trace))]) };
}

async function marksOf(build: Build): Promise<string[]> {
  const { lab, trace } = await open(build);
  await lab.run('saga');
  return trace.marks;
}

describe('fixed 8: sagas', () => {
  it('compensate backwards and run what follows once', async () => {
    const marks = await marksOf((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(trace.step('Y'))
            .compensateWith(trace.step('undoY'))
            .then(trace.failing('F')),
        )
        .then(trace.step('B')),
    );
    expect(marks).toEqual(['A', 'X', 'Y', 'F', 'undoY', 'undoX', 'B']);
  });

  it('do not go on inside after a nested failure, and compensate completed steps at every depth', async () => {
    const marks = await marksOf((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .if(() => true)
            .do((inner) =>
              inner
                .startWith(trace.step('Y'))
                .compensateWith(trace.step('undoY'))
                .then(trace.failing('F'))
                .then(trace.step('never')),
            )
            .then(trace.step('never')),
        )
        .then(trace.step('B')),
    );
    expect(marks).toEqual(['A', 'X', 'Y', 'F', 'undoY', 'undoX', 'B']);
  });

  it('compensate when a step asks for Terminate or Suspend on their behalf', async () => {
    const failing = (b: WorkflowBuilder<object>, trace: Trace, behavior: number) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then.startWith(trace.step('X')).compensateWith(trace.step('undoX')).then(trace.failing('F')),
        )
        .onError(behavior)
        .then(trace.step('B'));
    const terminated = await open((b, trace) => failing(b, trace, WorkflowErrorHandling.Terminate));
    expect((await terminated.lab.run('saga')).status).toBe('cancelled');
    expect(terminated.trace.marks).toEqual(['A', 'X', 'F', 'undoX']);
    const suspended = await open((b, trace) => failing(b, trace, WorkflowErrorHandling.Suspend));
    await suspended.lab.rests(await suspended.lab.start('saga'), 'paused');
    expect(suspended.trace.marks).toEqual(['A', 'X', 'F', 'undoX']);
  });
});

describe('fixed 9: the builder', () => {
  it('runs the first step and not its compensation after startWith(S, setup)', async () => {
    const marks = await marksOf((b, trace) =>
      b.startWith(trace.step('S'), (step) => step.compensateWith(trace.step('undoS'))).then(trace.step('B')),
    );
    expect(marks).toEqual(['S', 'B']);
  });

  it('keeps the body of a container apart from its compensation', async () => {
    const marks = await marksOf((b, trace) =>
      b
        .startWith(trace.step('A'))
        .if(() => true)
        .compensateWith(trace.step('undo'))
        .do((then) => then.startWith(trace.step('X')))
        .then(trace.step('B')),
    );
    expect(marks).toEqual(['A', 'X', 'B']);
  });

  it('runs the step behind an empty do() once', async () => {
    const marks = await marksOf((b, trace) =>
      b
        .startWith(trace.step('A'))
        .if(() => true)
        .do(() => undefined)
        .then(trace.step('B'))
        .parallel()
        .do(() => undefined)
        .join()
        .then(trace.step('C')),
    );
    expect(marks).toEqual(['A', 'B', 'C']);
  });
});
