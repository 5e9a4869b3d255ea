import { SilentLogger } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { expect, it } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody, type StepExecutionContext } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import { SystemClock, SystemIds, SystemRandom } from './system.js';
import { WorkflowHost } from './workflow-host.js';

interface Count {
  n: number;
  turns: number;
}

class Turn extends StepBody {
  override run(context: StepExecutionContext): Promise<ExecutionResult> {
    (context.workflow.data as Count).n += 1;
    return ExecutionResult.next();
  }
}

class Loop {
  id = 'loop';
  version = 1;
  build(builder: WorkflowBuilder<Count>): void {
    builder
      .startWith(Turn)
      .while((data) => data.n < data.turns)
      .do((body) => body.startWith(Turn).then(Turn))
      .then(Turn);
  }
}

it('writes as little, and holds as few pointers, at the end of a long loop as at its start', async () => {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const store = new MemoryStore({ clock });
  await store.open();
  const policy = new PlainStepPolicy(random);
  const host = new WorkflowHost({
    store,
    clock,
    random,
    ids: new SystemIds(clock),
    logger: new SilentLogger(),
    policy,
  });
  await host.register(compile(Loop));
  await host.start();
  const rows: { chars: number; pointers: number }[] = [];
  host.onTelling(({ entry, runner }) =>
    rows.push({ chars: entry.change.length, pointers: runner.state.pointers.size }),
  );

  const [started] = await new Operations(host).start([{ workflowId: 'loop', data: { n: 0, turns: 4_000 } }]);
  const { instanceId } = started as { instanceId: string };
  const { data } = await host.completions.wait(instanceId, 30_000);
  const loaded = await store.load(instanceId);
  await host.stop();

  expect((data as Count).n).toBe(4_002);
  const most = (from: number, to: number, of: 'chars' | 'pointers'): number =>
    Math.max(...rows.slice(from, to).map((row) => row[of]));
  // Numbers have more digits at the end; nothing else may have grown.
  expect(most(-200, -1, 'chars')).toBeLessThan(most(10, 200, 'chars') * 1.1);
  expect(most(0, rows.length, 'pointers')).toBeLessThanOrEqual(2);
  expect(loaded?.snapshot.length).toBeLessThan(500);
});
