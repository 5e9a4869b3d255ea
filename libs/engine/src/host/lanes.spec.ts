import { SilentLogger, type Priority } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody, type StepExecutionContext } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import { SystemClock, SystemIds, SystemRandom } from './system.js';
import { WorkflowHost } from './workflow-host.js';

interface Named {
  name: string;
}

const order: string[] = [];
let running = 0;
let most = 0;
let broken = false;
let open: () => void = () => undefined;
let gate: Promise<void>;
beforeEach(() => {
  order.length = 0;
  most = 0;
  broken = false;
  gate = new Promise<void>((resolve) => (open = resolve));
});

class Work extends StepBody {
  override async run(context: StepExecutionContext): Promise<ExecutionResult> {
    const { name } = context.workflow.data as Named;
    order.push(name);
    running += 1;
    most = Math.max(most, running);
    await (name === 'first' ? gate : Promise.resolve());
    running -= 1;
    if (broken) throw Object.assign(new Error('broken'), { retryable: false });
    return ExecutionResult.next();
  }
}

class One {
  id = 'one';
  version = 1;
  build(builder: WorkflowBuilder<Named>): void {
    builder.startWith(Work);
  }
}

async function oneLane() {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const store = new MemoryStore({ clock });
  await store.open();
  const host = new WorkflowHost({
    store,
    clock,
    random,
    ids: new SystemIds(clock),
    logger: new SilentLogger(),
    policy: new PlainStepPolicy(random),
    options: { maxConcurrentWorkflows: 1, pollIntervalMs: 10 },
  });
  onTestFinished(() => host.stop());
  await host.register(compile(One));
  await host.start();
  const ops = new Operations(host);
  const start = async (name: string, priority: Priority): Promise<string> => {
    const [verdict] = await ops.start([{ workflowId: 'one', data: { name }, priority }]);
    return (verdict as { instanceId: string }).instanceId;
  };
  return { host, ops, start };
}

it('runs no more instances at once than it has lanes, and gives a free one to the highest priority', async () => {
  const { host, start } = await oneLane();
  await start('first', 'normal');
  const ids = [];
  for (const priority of ['low', 'normal', 'critical', 'high'] as const)
    ids.push(await start(priority, priority));
  open();
  await Promise.all(ids.map((id) => host.completions.wait(id, 5_000)));

  expect(order).toEqual(['first', 'critical', 'high', 'normal', 'low']);
  expect(most).toBe(1);
});

it('lets what is retried take its turn when no lane is free, and grants at once what needs none', async () => {
  const { host, ops, start } = await oneLane();
  broken = true;
  const failed = [await start('one', 'normal'), await start('two', 'normal')] as const;
  for (const id of failed) await host.completions.wait(id, 5_000);
  broken = false;
  const first = await start('first', 'normal');
  await vi.waitFor(() => expect(running).toBe(1));

  await ops.control(failed[0], { action: 'retry' });
  await ops.control(failed[1], { action: 'cancel' });

  const statusOf = async (id: string) => (await ops.get(id))?.record.status;
  expect([await statusOf(failed[0]), await statusOf(failed[1])]).toEqual(['failed', 'cancelled']);
  open();
  await host.completions.wait(first, 5_000);
  await vi.waitFor(async () => expect(await statusOf(failed[0])).toBe('completed'));
  expect(most).toBe(1);
});
