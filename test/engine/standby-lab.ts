import { StoreUnavailableError } from '@workflow-runner/contract';
import type { ClaimRequest, InstanceRecord, LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import { ExecutionResult, type HostOptions, type WorkflowBuilder } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import type { ManualClock } from '@workflow-runner/testing';
import { gate, HostLab, next, step, type Data } from './host-lab.js';

export const SLEEP_MS = 2_000;
/** What sleeps has been claimed when its moment is so close. */
export const CLOSE_MS = 200;
/** Nobody looks at the store by himself meanwhile. */
export const QUIET = { pollIntervalMs: 60_000, leaseMs: 600_000 };

/** Counts claims; its calls fail, or are answered late, while it is told to. */
export class WatchedStore extends MemoryStore {
  claims = 0;
  /** A claim that is given something is told so when this has resolved. */
  answers: Promise<void> = Promise.resolve();
  failsToMark = false;

  constructor(readonly clock: ManualClock) {
    super({ clock });
  }

  override async claim(node: NodeIdentity, request: ClaimRequest): Promise<readonly LoadedInstance[]> {
    this.claims += 1;
    const loaded = await super.claim(node, request);
    if (loaded.length > 0) await this.answers;
    return loaded;
  }

  override async markRunning(
    node: NodeIdentity,
    instances: readonly Pick<InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void> {
    if (this.failsToMark) throw new StoreUnavailableError('The connection broke');
    return super.markRunning(node, instances);
  }
}

export const openLab = (): Promise<HostLab<WatchedStore>> => HostLab.open((clock) => new WatchedStore(clock));

/** One branch sleeps, and works then until it is told to end; the other waits for `go`, and does something about it. */
export function napper(clock: ManualClock, answer = step(next)) {
  const work = gate();
  const heard: unknown[] = [];
  const nap = step((context) =>
    context.persistenceData
      ? new work.body().run(context)
      : ExecutionResult.sleep(new Date(clock.now() + SLEEP_MS), true),
  );
  const build = (builder: WorkflowBuilder<Data>): void => {
    builder
      .startWith(step(next))
      .parallel()
      .do((branch) => branch.startWith(nap))
      .do((branch) =>
        branch
          .startWith(step(next))
          .waitFor('go', () => 'k')
          .output((wait) => heard.push(wait.eventData))
          .then(answer),
      )
      .join();
  };
  return { work, heard, build };
}

/** An instance that stands by on a node, `CLOSE_MS` before its moment. */
export async function standingBy(options: Partial<HostOptions> = {}) {
  const lab = await openLab();
  const { work, heard, build } = napper(lab.clock);
  const first = await lab.join({ nap: build }, { nodeId: 'first', ...QUIET, ...options });
  const id = await lab.start(first.ops, { workflowId: 'nap' });
  await lab.pass(SLEEP_MS - CLOSE_MS, 50);
  const { status, owner, wakeAt } = await lab.record(id);
  if (status !== 'waiting' || owner === null || wakeAt === null) throw new Error('It does not stand by');
  const second = () => lab.join({ nap: build }, { nodeId: 'second', ...QUIET });
  return { lab, ...first, second, id, work, heard, momentAt: wakeAt };
}
