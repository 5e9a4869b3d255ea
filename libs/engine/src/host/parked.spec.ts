import { SilentLogger } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import { SystemClock, SystemIds, SystemRandom } from './system.js';
import { WorkflowHost } from './workflow-host.js';

class Step extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

class Other extends Step {}

function parkedIn(step: ReturnType<WorkflowBuilder<object>['startWith']>, next: new () => StepBody): void {
  step.waitFor('go', () => 'k').then(next);
}

function waitsBefore(next: new () => StepBody, undo: boolean) {
  return class {
    id = 'edited';
    version = 1;
    build(builder: WorkflowBuilder<object>): void {
      const first = builder.startWith(Step);
      if (undo) first.saga((saga) => void parkedIn(saga.startWith(Step).compensateWith(Step), next));
      else parkedIn(first, next);
    }
  };
}

const clock = new SystemClock();

async function open(store: MemoryStore, workflow: ReturnType<typeof waitsBefore>) {
  const random = new SystemRandom();
  const host = new WorkflowHost({
    store,
    clock,
    random,
    ids: new SystemIds(clock),
    logger: new SilentLogger(),
    policy: new PlainStepPolicy(random),
    options: { pollIntervalMs: 10 },
  });
  onTestFinished(() => host.stop());
  await host.register(compile(workflow));
  await host.start();
  return { host, ops: new Operations(host) };
}

it.each([
  ['ends at its deadline where nothing needs its steps', false, 'cancelled'],
  ['keeps the wish to end it for the steps that must undo it, and does not spin', true, 'waiting'],
])('an instance of an edited workflow: %s', async (_name, undo, expected) => {
  const store = new MemoryStore({ clock });
  await store.open();
  const before = await open(store, waitsBefore(Step, undo));
  const [verdict] = await before.ops.start([{ workflowId: 'edited', deadline: Date.now() + 300 }]);
  const { instanceId } = verdict as { instanceId: string };
  await vi.waitFor(async () => expect((await before.ops.get(instanceId))?.record.status).toBe('waiting'));
  await before.host.stop();

  const after = await open(store, waitsBefore(Other, undo));
  const passed = Date.now() + 600;
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(passed), 2_000);
  const { record } = (await after.ops.get(instanceId))!;
  expect(record.status).toBe(expected);
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(passed + 200), 2_000);
  expect((await after.ops.get(instanceId))!.record.revision).toBe(record.revision);
});
