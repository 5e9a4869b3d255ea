import { legacyStatus, WorkflowErrorHandling, WorkflowStatus } from '@workflow-runner/engine';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { eventually, Lab, type LabOptions } from '../harness.js';
import { Gate, permanent, Trace, workflow } from '../trace.js';

/** A saga whose second step runs until it is released or aborted. */
async function openSaga(options: LabOptions = {}) {
  const trace = new Trace();
  const entered = new Gate();
  const release = new Gate();
  const long = trace.step('Long', ({ signal, workflow: { data } }) => {
    entered.open();
    return new Promise<void>((resolve, reject) => {
      void release.opened.then(() => {
        data.result = 'kept';
        resolve();
      });
      signal.addEventListener('abort', () => {
        trace.marks.push('aborted');
        reject(signal.reason as Error);
      });
    });
  });
  const source = workflow('saga', (b) =>
    b
      .startWith(trace.step('A'))
      .saga((then) =>
        then
          .startWith(trace.step('X'))
          .compensateWith(trace.step('undoX'))
          .then(long)
          .compensateWith(trace.step('undoLong')),
      )
      .then(trace.step('B')),
  );
  const lab = await Lab.open([source], { stepTimeoutMs: null, ...options });
  return { lab, marks: trace.marks, entered, release };
}

describe('decision 10: controls while a step runs', () => {
  it('pause lets the step finish and keeps its result', async () => {
    const { lab, marks, entered, release } = await openSaga();
    const id = await lab.start('saga', {});
    await entered.opened;
    await lab.ops.control(id, { action: 'pause', reason: 'lunch' });
    expect(marks).toEqual(['A', 'X', 'Long']);
    release.open();
    const { record, data } = await lab.rests(id, 'paused');
    expect(record.statusReason).toBe('lunch');
    expect(data).toEqual({ result: 'kept' });
    expect(await lab.why(id)).toMatchObject([{ stepName: 'B', waitingFor: 'paused' }]);
    await lab.ops.control(id, { action: 'resume' });
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(marks).toEqual(['A', 'X', 'Long', 'B']);
  });

  it('cancel aborts it, compensates open sagas and ends cancelled', async () => {
    const { lab, marks, entered } = await openSaga();
    const id = await lab.start('saga', {});
    await entered.opened;
    await lab.ops.control(id, { action: 'cancel', reason: 'changed my mind' });
    const { record } = await lab.end(id);
    expect([record.status, record.statusReason]).toEqual(['cancelled', 'changed my mind']);
    expect(marks).toEqual(['A', 'X', 'Long', 'aborted', 'undoLong', 'undoX']);
  });

  it('a passed deadline does the same', async () => {
    const clock = new ManualClock();
    const { lab, marks, entered } = await openSaga({ clock });
    const id = await lab.start('saga', {}, { deadline: clock.now() + 10_000 });
    await entered.opened;
    clock.advance(9_999);
    expect(marks).not.toContain('aborted');
    clock.advance(1);
    const { record } = await lab.end(id);
    expect([record.status, record.statusReason]).toEqual(['cancelled', 'DEADLINE']);
    expect(marks).toEqual(['A', 'X', 'Long', 'aborted', 'undoLong', 'undoX']);
  });

  it('a passed deadline ends an instance that waits, too', async () => {
    const clock = new ManualClock();
    const waits = workflow('waits', (b) => b.startWith(new Trace().step('A')).waitFor('e', () => 'k'));
    const lab = await Lab.open([waits], { clock });
    const id = await lab.start('waits', {}, { deadline: clock.now() + 10_000 });
    await lab.rests(id);
    clock.advance(10_000);
    expect((await lab.end(id)).record).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
    expect(await lab.store.subscriptions({ instanceId: id })).toEqual([]);
  });

  it('terminate aborts it and compensates nothing', async () => {
    const { lab, marks, entered } = await openSaga();
    const id = await lab.start('saga', {});
    await entered.opened;
    await lab.ops.control(id, { action: 'terminate' });
    expect((await lab.end(id)).record.status).toBe('cancelled');
    expect(marks).toEqual(['A', 'X', 'Long', 'aborted']);
  });

  it('failed shows as Terminated to workflow-es, paused as Suspended, and what goes on as Runnable', () => {
    expect(legacyStatus('failed')).toBe(WorkflowStatus.Terminated);
    expect(legacyStatus('cancelled')).toBe(WorkflowStatus.Terminated);
    expect(legacyStatus('completed')).toBe(WorkflowStatus.Complete);
    expect(legacyStatus('paused')).toBe(WorkflowStatus.Suspended);
    for (const status of ['pending', 'running', 'waiting'] as const) {
      expect(legacyStatus(status)).toBe(WorkflowStatus.Runnable);
    }
  });

  it('onError(Terminate) ends as cancelled, with the error kept', async () => {
    const trace = new Trace();
    const source = workflow('ends', (b) =>
      b
        .startWith(trace.step('A'))
        .then(trace.failing('F', permanent('over')))
        .onError(WorkflowErrorHandling.Terminate)
        .then(trace.step('B')),
    );
    const lab = await Lab.open([source]);
    const { status, record } = await lab.run('ends');
    expect(status).toBe('cancelled');
    expect(record.failure).toMatchObject({ message: 'over', step: 'F' });
    await eventually(() => expect(trace.marks).toEqual(['A', 'F']));
  });
});
