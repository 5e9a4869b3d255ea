import type { ClaimRequest, DefinitionRecord, LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { gate, HostLab, next, step, type Data } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

/** Keeps answers back while it is told to. */
class HoldsAnswers extends MemoryStore {
  held: 'claim' | 'definition' | null = null;
  private answer: () => void = () => undefined;
  private readonly until = new Promise<void>((resolve) => (this.answer = resolve));

  letGo(): void {
    this.held = null;
    this.answer();
  }

  override async claim(node: NodeIdentity, request: ClaimRequest): Promise<readonly LoadedInstance[]> {
    const loaded = await super.claim(node, request);
    if (this.held === 'claim') await this.until;
    return loaded;
  }

  override async definition(workflowId: string, hash: string): Promise<DefinitionRecord | null> {
    const found = await super.definition(workflowId, hash);
    if (this.held === 'definition') await this.until;
    return found;
  }
}

/** One branch works until the test says so, the other waits for `go`, or for a signal. */
function twoBranches() {
  const long = gate();
  const heard: unknown[] = [];
  // Another name of a step that has ended makes another definition; the live steps are the same.
  const build =
    (nameOfFirst: string) =>
    (builder: WorkflowBuilder<Data>): void => {
      builder
        .startWith(step(next))
        .name(nameOfFirst)
        .parallel()
        .do((branch) => branch.startWith(long.body))
        .do((branch) =>
          branch
            .startWith(step(next))
            .waitFor('go', () => 'k')
            .output((wait) => heard.push(wait.eventData)),
        )
        .join();
    };
  return { long, heard, build };
}

/** An instance that a node has claimed and does not run yet: an answer of the store is on its way. */
async function claimed(held: 'claim' | 'definition') {
  const { long, heard, build } = twoBranches();
  const lab = await HostLab.open((clock) => new HoldsAnswers({ clock }));
  const first = await lab.join({ two: build('first') });
  const id = await lab.start(first.ops, { workflowId: 'two' });
  await lab.leave(first.host);
  lab.store.held = held;
  const { host, ops } = await lab.join({ two: build('edited') });
  expect((await lab.record(id)).owner).toEqual(host.node);
  expect(long.runs).toBe(1);
  const go = async (): Promise<void> => {
    lab.store.letGo();
    await lab.settle();
    expect(long.runs).toBe(2);
  };
  return { lab, id, ops, long, heard, go };
}

describe.each(['claim', 'definition'] as const)(
  'What comes for an instance between its claim and its run, while the answer to `%s` is awaited',
  (held) => {
    it('reaches it once, as soon as it runs: an event', async () => {
      const { lab, id, ops, long, heard, go } = await claimed(held);

      await ops.publish({ name: 'go', key: 'k', data: 'early' });
      await go();
      expect(heard).toEqual(['early']);

      long.open();
      await lab.settle();
      expect((await lab.record(id)).status).toBe('completed');
      expect(heard).toEqual(['early']);
    });

    it('reaches it once, as soon as it runs: a signal', async () => {
      const { lab, id, ops, long, heard, go } = await claimed(held);

      await ops.signal(id, 'early');
      await go();
      expect(heard).toEqual(['early']);

      long.open();
      await lab.settle();
      expect(heard).toEqual(['early']);
    });

    it('reaches it as soon as it runs: a wish', async () => {
      const { lab, id, ops, long, go } = await claimed(held);

      await ops.control(id, { action: 'cancel', reason: 'early' });
      await go();
      expect(long.context!.signal.aborted).toBe(true);

      long.open();
      await lab.settle();
      expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'early' });
    });
  },
);

it('What comes for an instance between its start and its run reaches it once, as soon as it waits', async () => {
  const { heard, build } = twoBranches();
  const lab = await HostLab.open();
  const { ops } = await lab.join({ two: build('first') });

  const [verdict] = await ops.start([{ workflowId: 'two' }]);
  const { instanceId } = verdict as { instanceId: string };
  await ops.signal(instanceId, 'early');
  await lab.settle();

  expect(heard).toEqual(['early']);
});
