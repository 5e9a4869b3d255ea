import { ExecutionResult, StepBody, type WorkflowBuilder } from '@workflow-runner/engine';
import { afterEach, expect, it } from 'vitest';
import { deferred, RunnerLab } from '../../../test/runner/lab.js';
import { until } from '../../../test/e2e/until.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

let work = deferred<void>();

class Work extends StepBody {
  override async run(): Promise<ExecutionResult> {
    await work.promise;
    return ExecutionResult.next();
  }
}

class WorkWorkflow {
  readonly id = 'work';
  readonly version = 1;

  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Work);
  }
}

it('a runner names the steps at work in its process, and is idle when there is nothing to do', async () => {
  const runner = lab.make({ workflows: [WorkWorkflow] });
  expect([runner.isIdle, runner.runningSteps()]).toEqual([true, []]);
  await runner.initialize();
  await until(() => runner.isIdle);

  const began = Date.now();
  const id = await runner.startWorkflow(WorkWorkflow, {});
  expect(runner.isIdle).toBe(false);
  await until(() => runner.runningSteps().length > 0);
  expect(runner.isIdle).toBe(false);
  const [step] = runner.runningSteps();
  expect(step).toMatchObject({
    instanceId: id,
    workflowId: 'default.work@1.0.0',
    stepId: 0,
    stepName: 'Work',
    attempt: 1,
  });
  expect(step!.startedAt.getTime()).toBeGreaterThanOrEqual(began);

  work.resolve();
  await runner.waitForCompletion(id);
  await until(() => runner.isIdle);
  expect(runner.runningSteps()).toEqual([]);
});

it('a runner is not idle while a listener is at work', async () => {
  work = deferred();
  work.resolve();
  const heard = deferred<void>();
  const runner = await lab.run({ workflows: [WorkWorkflow] });
  let calls = 0;
  runner.on('completed', async () => {
    calls += 1;
    await heard.promise;
    throw new Error('a listener that fails is at work no more');
  });
  await runner.startWorkflow(WorkWorkflow, {});
  await until(() => calls > 0);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(runner.isIdle).toBe(false);
  heard.resolve();
  await until(() => runner.isIdle);
});
