import util from 'node:util';
import { ExecutionResult, WorkflowErrorHandling } from '@workflow-runner/engine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Lab } from '../harness.js';
import { permanent, Trace, workflow } from '../trace.js';

describe('fixed 1: a step that throws', () => {
  it('without onError ends the workflow failed, with the error kept and the rest not run', async () => {
    const trace = new Trace();
    const broken = workflow('broken', (b) =>
      b
        .startWith(trace.step('A'))
        .then(trace.failing('F', Object.assign(permanent('card refused'), { code: 'CARD' })))
        .then(trace.step('B')),
    );
    const lab = await Lab.open([broken]);
    const { status, record } = await lab.run('broken');
    expect(status).toBe('failed');
    expect(trace.marks).toEqual(['A', 'F']);
    expect(record.failure).toMatchObject({ message: 'card refused', code: 'CARD', step: 'F', attempt: 1 });
  });

  it("is answered by the definition's own error behaviour where there is one", async () => {
    const trace = new Trace();
    const suspends = workflow('suspends', (b) => {
      b.errorBehavior = WorkflowErrorHandling.Suspend;
      b.startWith(trace.failing('F')).then(trace.step('B'));
    });
    const lab = await Lab.open([suspends]);
    await lab.rests(await lab.start('suspends'), 'paused');
    expect(trace.marks).toEqual(['F']);
  });
});

describe('fixed 2: inline steps', () => {
  it('run', async () => {
    const inline = workflow('inline', (b) =>
      b.startWith(new Trace().step('A')).thenRun((context) => {
        (context.workflow.data as { ran: boolean }).ran = true;
        return ExecutionResult.next();
      }),
    );
    const lab = await Lab.open([inline]);
    expect((await lab.run('inline')).data).toEqual({ ran: true });
  });
});

describe('fixed 3: failing steps on later versions of Node', () => {
  it('poison nothing, whatever util has lost', async () => {
    const { isNullOrUndefined } = util as { isNullOrUndefined?: unknown };
    Object.assign(util, { isNullOrUndefined: undefined });
    onTestFinished(() => void Object.assign(util, { isNullOrUndefined }));
    let runs = 0;
    const flaky = new Trace().step('Flaky', () => {
      if (++runs < 3) throw new Error('not yet');
    });
    const lab = await Lab.open([
      workflow('flaky', (b) => b.startWith(flaky)),
      workflow('own', (b) => b.startWith(new Trace().failing('F')).onError(WorkflowErrorHandling.Suspend)),
    ]);
    expect((await lab.run('flaky')).status).toBe('completed');
    await lab.rests(await lab.start('own'), 'paused');
  });
});

describe('fixed 16: throwing what is no error', () => {
  it.each([null, undefined, 'text', 0])('%s ends failed and leaves nothing hanging', async (thrown) => {
    const lab = await Lab.open([workflow('thrower', (b) => b.startWith(new Trace().failing('F', thrown)))]);
    const { status, record } = await lab.run('thrower');
    expect(status).toBe('failed');
    expect(record.failure).toMatchObject({ step: 'F', attempt: 3 });
  });
});
