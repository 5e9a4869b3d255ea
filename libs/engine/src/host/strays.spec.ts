import { SilentLogger, StoreUnavailableError } from '@workflow-runner/contract';
import type { ClaimRequest, LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
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

class Sleeps {
  readonly id = 'sleeps';
  readonly version = 1;
  build(builder: WorkflowBuilder<unknown>): void {
    builder.startWith(Pass).delay(() => 1_000);
  }
}

/** Takes instances for the node and loses the answer, once. */
class LosesClaim extends MemoryStore {
  lost = 0;

  override async claim(node: NodeIdentity, request: ClaimRequest): Promise<readonly LoadedInstance[]> {
    const loaded = await super.claim(node, request);
    if (loaded.length === 0 || this.lost > 0) return loaded;
    this.lost += 1;
    throw new StoreUnavailableError('The connection broke');
  }
}

async function untilQuiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

it.each([
  ['at its moment', 1_000],
  ['ahead of it', 50],
])('an instance whose claim %s was written and not answered is run all the same', async (_, pieceMs) => {
  const clock = new ManualClock();
  const store = new LosesClaim({ clock });
  await store.open();
  const random = new SystemRandom();
  const parts = { store, clock, random, ids: new SystemIds(clock), logger: new SilentLogger() };
  const host = new WorkflowHost({
    ...parts,
    policy: new PlainStepPolicy(random),
    options: { retention: null },
  });
  await host.register(compile(Sleeps));
  await host.start();
  await new Operations(host).start([{ workflowId: 'sleeps' }]);
  await untilQuiet();
  for (let left = 20_000; left > 0; left -= pieceMs) {
    clock.advance(pieceMs);
    await untilQuiet();
  }
  expect(store.lost).toBe(1);
  expect(await store.countByStatus({})).toMatchObject({ completed: 1, running: 0 });
  await host.stop();
  await store.close();
});
