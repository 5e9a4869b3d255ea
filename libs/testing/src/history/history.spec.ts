import { ExecutionResult, StepBody, type WorkflowBuilder } from '@workflow-runner/runner';
import { historyMatchers, UnknownStepError, type WorkflowHistory } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { describe, expect, it } from 'vitest';
import { makeKit } from '../../../../test/testing/kit-lab.js';

class Reserve extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
class Release extends Reserve {}
class Charge extends Reserve {}
class Refund extends Reserve {}
class Tell extends Reserve {}
class Open extends Reserve {}

/** Reserves and charges for each item, all or nothing; then tells. */
class SagaWorkflow {
  readonly id = 'saga';
  readonly version = 1;

  build(builder: WorkflowBuilder<{ items: string[] }>): void {
    builder
      .startWith(Open)
      .saga((saga) =>
        saga
          .startWith(Reserve)
          .compensateWith(Release)
          .foreach((data) => data.items)
          .name('Each')
          .do((each) => each.startWith(Charge).name('charge').compensateWith(Refund)),
      )
      .then(Tell);
  }
}

async function run(fail: (attempt: number) => boolean): Promise<WorkflowHistory> {
  const kit = await makeKit({ workflows: [SagaWorkflow] });
  kit.overrideStep(Charge, (_step, { attempt, item }) => {
    if (item === 'b' && fail(attempt)) throw new Error('declined');
  });
  const id = await kit.start(SagaWorkflow, { items: ['a', 'b'] });
  await kit.advance('1h');
  return kit.history(id);
}

/** What a matcher says when it does not hold. */
function complaint(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The matcher holds');
}

describe('a history', () => {
  it('says what was done, how often and in which order', async () => {
    const history = await run(() => false);
    expect(history.steps).toEqual(['Open', 'Reserve', 'charge', 'charge', 'Tell']);
    expect(history).toHaveRun(Reserve);
    expect(history).toHaveRunOnce('Tell');
    expect(history).toHaveRunTimes('charge', 2);
    expect(history).toHaveRunTimes(Charge, 2);
    expect(history).toHaveRunBefore(Reserve, Charge);
    expect(history).toHaveRunBefore('charge', 'Tell');
    expect(history).not.toHaveRunBefore('Tell', 'charge');
    expect(history).not.toHaveRunBefore('charge', 'charge');
    expect(history).not.toHaveRun(Release);
    expect(history).not.toHaveBeenCompensated(Reserve);
    expect(history).not.toHaveBeenRetried(Charge);
  });

  it('says what was undone', async () => {
    const history = await run(() => true);
    expect(history).toHaveBeenCompensated(Reserve);
    expect(history).toHaveBeenCompensated('charge');
    expect(history).toHaveRun(Release);
    expect(history).toHaveRunBefore(Refund, Release);
    expect(history).not.toHaveBeenCompensated(Tell);
    expect(history.failures(Charge)).toBe(1);
    expect(history.runs('Each')).toBe(0);
  });

  it('says what was tried again', async () => {
    const kit = await makeKit({ workflows: [SagaWorkflow] });
    kit.overrideStep(Tell, (_step, { attempt }) => {
      if (attempt < 3) throw new Error('nobody is at home');
    });
    const id = await kit.start(SagaWorkflow, { items: [] });
    await kit.advance('1h');
    const history = await kit.history(id);
    expect(history).toHaveBeenRetried(Tell);
    expect(history).toHaveBeenRetried(Tell, 2);
    expect(history).not.toHaveBeenRetried(Tell, 1);
    expect(history).toHaveStartedTimes(Tell, 3);
    expect(history).toHaveRunOnce(Tell);
    expect(history.failures(Tell)).toBe(0);
    expect(history.toString()).toMatch(/Z Tell #1 retrying: nobody is at home\n.*Z Tell #2 retrying/);
  });

  it('says what was asked of the instance', async () => {
    const kit = await makeKit({ workflows: [SagaWorkflow] });
    kit.overrideStep(Reserve, () => ExecutionResult.sleep(new Date(Date.now() + 1_000), null));
    const id = await kit.start(SagaWorkflow, { items: [] });
    await kit.settled();
    await kit.runner.cancelWorkflow(id, 'changed my mind');
    const history = await kit.history(id);
    expect(history.controls).toMatchObject([{ action: 'cancel', reason: 'changed my mind' }]);
    expect(history.instanceId).toBe(id);
  });

  it('of more attempts than a page holds is whole', async () => {
    const kit = await makeKit({ workflows: [SagaWorkflow] });
    const id = await kit.start(SagaWorkflow, { items: Array.from({ length: 700 }, (_, n) => String(n)) });
    await kit.settled();
    expect(await kit.history(id)).toHaveRunTimes(Charge, 700);
  });

  it('knows no step that the workflow does not have, also where it is asked for none', async () => {
    const history = await run(() => false);
    expect(() => expect(history).not.toHaveRun('Chrage')).toThrow(UnknownStepError);
    expect(() => history.runs('Chrage')).toThrow(
      'There is no step Chrage; there are Open, Sequence, Reserve, Release, Each, charge, Refund, Tell',
    );
  });
});

describe('a matcher', () => {
  it('shows the history when it does not hold', async () => {
    const history = await run(() => false);
    expect(complaint(() => expect(history).toHaveRunOnce(Charge))).toMatch(
      /^Expected Charge to have run once, and it has 2 times\. The history of \S+:\n2026-\S+Z Open #1 completed\n/,
    );
    expect(complaint(() => expect(history).not.toHaveRun(Tell))).toContain('Expected not Tell to have run.');
    expect(complaint(() => expect(history).toHaveBeenCompensated(Reserve))).toContain('been compensated');
    expect(complaint(() => expect(history).toHaveBeenRetried('Tell'))).toContain(
      'Tell to have been retried.',
    );
    expect(complaint(() => expect(history).toHaveBeenRetried('Tell', 2))).toContain('been retried 2 times');
    expect(complaint(() => expect(history).toHaveStartedTimes('Tell', 2))).toContain(
      'started 2 times, and it has once',
    );
    expect(complaint(() => expect(history).toHaveRunBefore(Tell, Charge))).toContain('run before Charge');
  });

  it('refuses what is no history', async () => {
    const kit = await makeKit();
    const promise: object = kit.history('nobody').catch(() => undefined);
    expect(complaint(() => expect(promise).toHaveRun('Pack'))).toContain('await kit.history(id)');
    expect(() => historyMatchers.toHaveRun(null, 'Pack')).toThrow(TypeError);
  });
});
