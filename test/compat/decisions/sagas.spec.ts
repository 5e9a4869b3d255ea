import { WorkflowErrorHandling, type WorkflowBuilder } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

type Build = (b: WorkflowBuilder<object>, trace: Trace) => unknown;

async function open(build: Build) {
  const trace = new Trace();
  const lab = await Lab.open([workflow<object>('saga', (b) => build(b, trace))]);
  return { lab, trace, marks: trace.marks };
}

async function run(build: Build) {
  const { lab, marks } = await open(build);
  const { status, id } = await lab.run('saga');
  return { lab, marks, status, id };
}

describe('decision 1: a failing step inside a saga', () => {
  it('has its own compensation run first, then those of completed steps in reverse order of completion', async () => {
    const { marks } = await run((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .parallel()
            .do((branch) =>
              branch
                .startWith(trace.step('Slow', () => new Promise((resolve) => setTimeout(resolve, 20))))
                .compensateWith(trace.step('undoSlow')),
            )
            .do((branch) => branch.startWith(trace.step('Fast')).compensateWith(trace.step('undoFast')))
            .join()
            .then(trace.failing('F'))
            .compensateWith(trace.step('undoF')),
        )
        .compensateWith(trace.step('undoSaga'))
        .then(trace.step('B')),
    );
    expect(marks).toEqual(
      ['A', 'X', 'Slow', 'Fast', 'F'].concat(['undoF', 'undoSlow', 'undoFast', 'undoX', 'undoSaga', 'B']),
    );
  });

  it('compensates the steps of finished inner containers, each with the item it was run with', async () => {
    const { marks } = await run((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .foreach(() => [1, 2])
            .do((each) => each.startWith(trace.step('Item')).compensateWith(trace.step('undo')))
            .then(trace.failing('F')),
        )
        .then(trace.step('B')),
    );
    expect(marks).toEqual(['A', 'X', 'Item(1)', 'Item(2)', 'F', 'undo(2)', 'undo(1)', 'B']);
  });

  it('is not tried again by the default policy, but by its own onError(Retry)', async () => {
    const build = (retry: boolean): Build => {
      return (b, trace) =>
        b.startWith(trace.step('A')).saga((then) => {
          const step = then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(
              trace.step('F', ({ attempt }) => {
                if (attempt < 3) throw new Error('not yet');
              }),
            );
          if (retry) step.onError(WorkflowErrorHandling.Retry, 1);
        });
    };
    expect((await run(build(false))).marks).toEqual(['A', 'X', 'F', 'undoX']);
    expect((await run(build(true))).marks).toEqual(['A', 'X', 'F', 'F', 'F']);
  });
});

describe('decision 2: a saga in which nothing has a compensation', () => {
  it('handles nothing: the saga around it does', async () => {
    const { marks, status } = await run((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((outer) =>
          outer
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .saga((inner) => inner.startWith(trace.step('Y')).then(trace.failing('F')))
            .then(trace.step('never')),
        )
        .then(trace.step('B')),
    );
    expect(status).toBe('completed');
    expect(marks).toEqual(['A', 'X', 'Y', 'F', 'undoX', 'B']);
  });

  it('handles nothing: without one around it the instance is failed', async () => {
    const { marks, status } = await run((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) => then.startWith(trace.step('X')).then(trace.failing('F')))
        .then(trace.step('B')),
    );
    expect(status).toBe('failed');
    expect(marks).toEqual(['A', 'X', 'F']);
  });
});

describe('decision 3: a compensation that fails for good', () => {
  it('ends the instance failed, with what is left undone listed; a retry goes on from there', async () => {
    let failures = 1;
    const { lab, marks, status, id } = await run((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(trace.step('Y'))
            .compensateWith(
              trace.step('undoY', () => {
                if (failures-- > 0) throw Object.assign(new Error('refused'), { retryable: false });
              }),
            )
            .then(trace.failing('F')),
        )
        .then(trace.step('B')),
    );
    expect(status).toBe('failed');
    expect(marks).toEqual(['A', 'X', 'Y', 'F', 'undoY']);
    expect((await lab.ops.get(id))?.record.failure).toMatchObject({ step: 'undoY', message: 'refused' });
    expect(await lab.why(id)).toMatchObject([
      { stepName: 'undoY', waitingFor: 'failed', leftToUndo: ['undoY', 'undoX'] },
    ]);
    await lab.ops.control(id, { action: 'retry' });
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(marks).toEqual(['A', 'X', 'Y', 'F', 'undoY', 'undoY', 'undoX', 'B']);
  });
});

describe('decision 4: sagas in sagas and beside each other', () => {
  it('an inner saga that compensated has handled its failure: the outer one goes on', async () => {
    const { marks, status } = await run((b, trace) =>
      b.startWith(trace.step('A')).saga((outer) =>
        outer
          .startWith(trace.step('X'))
          .compensateWith(trace.step('undoX'))
          .saga((inner) =>
            inner.startWith(trace.step('Y')).compensateWith(trace.step('undoY')).then(trace.failing('F')),
          )
          .then(trace.step('Z')),
      ),
    );
    expect(status).toBe('completed');
    expect(marks).toEqual(['A', 'X', 'Y', 'F', 'undoY', 'Z']);
  });

  it('siblings of a failing branch get their AbortSignal and start nothing new; then all is compensated', async () => {
    const entered = new Gate();
    const { lab, marks } = await open((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .parallel()
            .do((branch) =>
              branch
                .startWith(
                  trace.step('Long', ({ signal }) => {
                    entered.open();
                    return new Promise<void>((resolve) => {
                      signal.addEventListener('abort', () => {
                        trace.marks.push('aborted');
                        resolve();
                      });
                    });
                  }),
                )
                .compensateWith(trace.step('undoLong'))
                .then(trace.step('never')),
            )
            .do((branch) =>
              branch
                .startWith(trace.step('Done'))
                .compensateWith(trace.step('undoDone'))
                .then(trace.step('Wait', () => entered.opened))
                .then(trace.failing('F'))
                .compensateWith(trace.step('undoF')),
            )
            .join(),
        )
        .then(trace.step('B')),
    );
    expect((await lab.run('saga')).status).toBe('completed');
    expect(marks).toEqual(
      ['A', 'X', 'Long', 'Done', 'Wait', 'F', 'aborted'].concat([
        'undoF',
        'undoLong',
        'undoDone',
        'undoX',
        'B',
      ]),
    );
  });

  it('saga.onError(Retry) begins again after compensation, with children that are fresh', async () => {
    const attempts: number[] = [];
    const { marks, status } = await run((b, trace) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .then(
              trace.step('F', ({ attempt }) => {
                attempts.push(attempt);
                if (attempts.length < 3) throw new Error('not yet');
              }),
            ),
        )
        .onError(WorkflowErrorHandling.Retry, 1)
        .then(trace.step('B')),
    );
    expect(status).toBe('completed');
    expect(attempts).toEqual([1, 1, 1]);
    expect(marks).toEqual(['A', 'X', 'F', 'undoX', 'X', 'F', 'undoX', 'X', 'F', 'B']);
  });
});
