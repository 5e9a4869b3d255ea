import { ExecutionResult, StepBody, type WorkflowBuilder } from '@workflow-runner/runner';
import { afterEach, describe, expect, it } from 'vitest';
import { whyNoMounts } from '../../contract/small-disk.js';
import { RunnerLab } from '../../runner/lab.js';
import { AppChild, type Ended } from './app-child.js';
import { awayStore, fullDisk, lockedFile, type Trouble } from './troubles.js';

const noMounts = whyNoMounts();
if (noMounts !== null) console.warn(`SKIPPED: a stop on a full disk: ${noMounts}; run the suite as root`);

const DRAIN_MS = 1_000;
/** Beyond the drain limit: half a second each for relay and node, five seconds in which a closing store waits. In ms. */
const GRACE_MS = 6_000;

const FILES: readonly (readonly [what: string, make: () => Trouble, isSkipped: boolean])[] = [
  ['locked', lockedFile, false],
  ['on a full disk', fullDisk, noMounts !== null],
];

/** The same as in the application, without the wait. */
class Held extends StepBody {
  async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
class HeldWorkflow {
  readonly id = 'held';
  readonly version = 1;
  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Held);
  }
}

const lab = new RunnerLab();
let trouble: Trouble | null = null;
let child: AppChild | null = null;
afterEach(async () => {
  await child?.kill();
  await lab.clear();
  await trouble?.clear();
  trouble = child = null;
});

function begin(make: () => Trouble): { trouble: Trouble; app: AppChild } {
  trouble = make();
  return { trouble, app: childOn(trouble) };
}

function childOn({ store }: Trouble): AppChild {
  child = new AppChild(store.persistence?.connectionString ?? 'memory:', DRAIN_MS);
  return child;
}

/** Closes it; it must end by itself. */
async function closed(app: AppChild): Promise<Ended & { readonly tookMs: number }> {
  app.tell('close');
  const ended = await app.end();
  const [, tookMs] = /^closed (\d+)$/.exec(ended.lines.at(-1) ?? '') ?? [];
  return { ...ended, tookMs: Number(tookMs) };
}

describe('An application that is closed', () => {
  const promise = 'with a step whose end is not stored, ends in time and by itself';

  for (const [what, make, isSkipped] of FILES) {
    it.skipIf(isSkipped)(`while its store is ${what}, ${promise}, and another goes on`, async () => {
      const { trouble, app } = begin(make);
      await app.said('listening');
      app.tell('start');
      await app.said('step');
      await trouble.begin();
      app.tell('finish');

      const { tookMs, code, errors } = await closed(app);

      expect(tookMs).toBeLessThan(DRAIN_MS + GRACE_MS);
      expect([code, errors]).toEqual([0, '']);
      await trouble.end();
      const { persistence } = trouble.store;
      const runner = await lab.run({ persistence, workflows: [HeldWorkflow] });
      const { items } = await runner.listInstances();
      const ends = items.map(({ id }) => runner.waitForCompletion(id, { timeoutMs: 10_000 }));
      expect(await Promise.all(ends)).toMatchObject([{ status: 'completed' }]);
    });
  }

  it(`while its store is away, ${promise}`, async () => {
    const { app } = begin(awayStore);
    await app.said('listening');
    app.tell('start');
    await app.said('step');
    app.tell('away');
    app.tell('finish');

    const { tookMs, code, errors } = await closed(app);

    expect(tookMs).toBeLessThan(DRAIN_MS + GRACE_MS);
    expect([code, errors]).toEqual([0, '']);
  });

  it('while it starts beside a process that holds the write lock, ends in time and by itself', async () => {
    trouble = lockedFile();
    await lab.run(trouble.store);
    await lab.clear();
    await trouble.begin();
    const app = childOn(trouble);
    await app.said('opened');

    const { tookMs, code, lines } = await closed(app);

    expect(tookMs).toBeLessThan(DRAIN_MS + GRACE_MS);
    expect([code, lines[1]]).toEqual([1, 'failed host STORE_LOCKED']);
  });
});
