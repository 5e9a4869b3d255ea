import { SilentLogger } from '@workflow-runner/contract';
import type {
  ClaimRequest,
  Commit,
  CommitReceipt,
  LoadedInstance,
  NodeIdentity,
} from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import { SystemClock, SystemIds, SystemRandom } from './system.js';
import { WorkflowHost } from './workflow-host.js';

class Pass extends StepBody {
  async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

class Waits {
  readonly id = 'waits';
  readonly version = 1;
  build(builder: WorkflowBuilder<unknown>): void {
    builder.startWith(Pass).waitFor('go', () => 'k');
  }
}

/** Answers the first commit that rests only when a moment has passed, and sends no snapshot where there is an image. */
class SlowToRest extends MemoryStore {
  private held = false;

  constructor(
    private readonly clock: SystemClock,
    private readonly heldUntil: number,
  ) {
    super({ clock });
  }

  override async commit(asked: Commit): Promise<CommitReceipt> {
    if (asked.rest && !this.held) {
      this.held = true;
      const leftMs = this.heldUntil - this.now();
      await new Promise<void>((resolve) => void this.clock.setTimer(leftMs, resolve));
    }
    return super.commit(asked);
  }

  override async claim(node: NodeIdentity, request: ClaimRequest): Promise<readonly LoadedInstance[]> {
    const loaded = await super.claim(node, request);
    const isCached = ({ record }: LoadedInstance): boolean => request.cached?.(record.id) === record.revision;
    return loaded.map((one) => (isCached(one) ? { ...one, snapshot: '', tail: [] } : one));
  }
}

describe('A deadline that passes while the instance comes to rest', () => {
  it('is kept', async () => {
    const clock = new SystemClock();
    const deadline = clock.now() + 40;
    const store = new SlowToRest(clock, deadline + 20);
    await store.open();
    const random = new SystemRandom();
    const parts = { store, clock, random, ids: new SystemIds(clock), logger: new SilentLogger() };
    const host = new WorkflowHost({ ...parts, policy: new PlainStepPolicy(random) });
    await host.register(compile(Waits));
    await host.start();
    const [verdict] = await new Operations(host).start([{ workflowId: 'waits', deadline }]);
    const instanceId = verdict && 'instanceId' in verdict ? verdict.instanceId : '';
    const { record } = await host.completions.wait(instanceId, 3_000);
    expect(record).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
    await host.stop();
    await store.close();
  });
});
