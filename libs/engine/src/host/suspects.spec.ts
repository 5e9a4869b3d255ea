import { SilentLogger } from '@workflow-runner/contract';
import { ManualClock } from '@workflow-runner/testing';
import { MemoryStore } from '@workflow-runner/store/memory';
import { expect, it } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import { SystemIds, SystemRandom } from './system.js';
import { WorkflowHost } from './workflow-host.js';

class Pass extends StepBody {
  async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

async function untilQuiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

it('an instance is cancelled while one suspect runs and another waits for the lane', async () => {
  const clock = new ManualClock();
  const store = new MemoryStore({ clock });
  await store.open();
  let finish: () => void = () => undefined;
  class Hangs extends StepBody {
    override run(): Promise<ExecutionResult> {
      return new Promise((resolve) => (finish = () => resolve(ExecutionResult.next())));
    }
  }
  class Two {
    readonly id = 'two';
    readonly version = 1;
    build(builder: WorkflowBuilder<unknown>): void {
      const branches = builder.startWith(Pass).parallel();
      branches.do((branch) => branch.startWith(Hangs)).do((branch) => branch.startWith(Hangs));
    }
  }
  const newHost = async (nodeId: string): Promise<WorkflowHost> => {
    const random = new SystemRandom();
    const parts = { store, clock, random, ids: new SystemIds(clock), logger: new SilentLogger() };
    const policy = new PlainStepPolicy(random);
    const host = new WorkflowHost({ ...parts, policy, options: { nodeId, retention: null } });
    await host.register(compile(Two));
    await host.start();
    await untilQuiet();
    return host;
  };

  const first = await newHost('first');
  await new Operations(first).start([{ workflowId: 'two' }]);
  await untilQuiet();
  // Two deaths with both branches in flight make suspects of them: one runs, the other waits.
  await store.takeover(first.node!);
  const second = await newHost('second');
  await store.takeover(second.node!);
  const third = await newHost('third');

  const operations = new Operations(third);
  const [record] = (await operations.list({}, { limit: 1 })).items;
  const cancelled = operations.control(record!.id, { action: 'cancel' });
  await untilQuiet();
  finish();
  await untilQuiet();
  await cancelled;
  expect((await operations.get(record!.id))!.record.status).toBe('cancelled');
  await third.stop();
  await store.close();
});
