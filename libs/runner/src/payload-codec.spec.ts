import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@workflow-runner/engine';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AesCodec } from '../../../examples/payload-codec/aes-codec.js';
import { RunnerLab, Waits } from '../../../test/runner/lab.js';
import {
  ExecutionResult,
  StepBody,
  type IPersistenceConfig,
  type PayloadCodec,
  type StepContext,
  type WorkflowBuilder,
} from './index.js';
import type { WorkflowRunner } from './workflow-runner.js';

const PLACES = [
  'start',
  'input',
  'output',
  'local',
  'persisted',
  'event',
  'future',
  'signal',
  'retry',
  'outcome',
];
const SECRETS = PLACES.map((place) => `secret-${place}`);

interface Data {
  given: string;
  kept?: unknown;
  fixed?: boolean;
}

class Charge extends StepBody {
  card = '';

  async run(context: StepContext): Promise<ExecutionResult> {
    context.local['note'] = 'secret-local';
    const isFirst = context.persistenceData === null;
    return isFirst ? ExecutionResult.sleep(new Date(), 'secret-persisted') : ExecutionResult.next();
  }
}

class FailUntilFixed extends StepBody {
  async run(context: StepContext): Promise<ExecutionResult> {
    const { fixed } = context.workflow.data as Data;
    if (!fixed) throw Object.assign(new Error('broken'), { retryable: false });
    return ExecutionResult.outcome('secret-outcome');
  }
}

function keepEvent(step: { eventData: unknown }, data: Data): void {
  data.kept = step.eventData;
}

class Secretive {
  readonly id = 'secretive';
  readonly version = 1;

  build(builder: WorkflowBuilder<Data>): void {
    builder
      .startWith(Charge)
      .input((step) => (step.card = 'secret-input'))
      .output((_step, data) => (data.kept = 'secret-output'))
      .waitFor('go', () => 'k')
      .output(keepEvent)
      .waitFor('word', () => 'k')
      .output(keepEvent)
      .then(FailUntilFixed);
  }
}

const lab = new RunnerLab();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codec-'));
});
afterEach(async () => {
  await lab.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** The example's codec; the first key encrypts. */
function aes(names: string): AesCodec {
  const keys = Object.fromEntries([...names].map((name) => [name, Buffer.alloc(32, name)]));
  return new AesCodec({ current: names[0]!, keys, digestKey: Buffer.alloc(32, 'digest') });
}

function run(codec?: PayloadCodec, path = join(folder, 'a.db')): Promise<WorkflowRunner> {
  const persistence: IPersistenceConfig = { connectionString: `sqlite:${path}`, ...(codec && { codec }) };
  return lab.run({ workflows: [Secretive, Waits], persistence });
}

async function reaches(runner: WorkflowRunner, id: string, status: string, step?: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const why = await runner.why(id);
      expect(why.status).toBe(status);
      if (step !== undefined) expect(why.pointers).toMatchObject([{ eventName: step }]);
    },
    { timeout: 5_000, interval: 5 },
  );
}

/** One instance through everything that carries data. */
async function live(runner: WorkflowRunner): Promise<string> {
  const id = await runner.startWorkflow(
    'secretive',
    null,
    { given: 'secret-start' },
    { idempotencyKey: 'i' },
  );
  await reaches(runner, id, 'waiting', 'go');
  await runner.publishEvent('later', 'k', 'secret-future', { time: Date.now() + 3_600_000 });
  await runner.publishEvent('go', 'k', 'secret-event');
  await reaches(runner, id, 'waiting', 'word');
  await runner.signalWorkflow(id, 'secret-signal');
  await reaches(runner, id, 'failed');
  await runner.retryWorkflow(id, { data: { given: 'secret-retry', fixed: true } });
  await reaches(runner, id, 'completed');
  return id;
}

/** Secrets that stand in the bytes of a database or of its log. */
function seenIn(path: string): string[] {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  const bytes = Buffer.concat(files.map((file) => readFileSync(file)));
  return SECRETS.filter((secret) => bytes.includes(secret));
}

describe('The bytes on the disk', () => {
  it('show every secret without a codec', async () => {
    await live(await run());
    expect(seenIn(join(folder, 'a.db'))).toEqual(SECRETS);
  });

  it('show no secret with a codec that encrypts, nor do those of a backup', async () => {
    const runner = await run(aes('a'));
    const id = await live(runner);
    const copy = join(folder, 'copy.db');
    await runner.backup(copy);
    const [info, { items }] = [await runner.getInstance(id), await runner.getHistory(id)];

    expect([...seenIn(join(folder, 'a.db')), ...seenIn(copy)]).toEqual([]);
    expect(info?.data).toEqual({ given: 'secret-retry', fixed: true });
    const told = items.map(({ input, outcome }) => JSON.stringify({ input, outcome })).join();
    expect(told).toContain('secret-input');
    expect(told).toContain('secret-outcome');
    await runner.stop();
    expect(seenIn(join(folder, 'a.db'))).toEqual([]);

    const second = await run(aes('a'), copy);
    expect((await second.getInstance(id))?.data).toEqual(info?.data);
  });
});

it('The codec of the documentation is the example', () => {
  const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  expect(read('docs/payload-codec.md')).toContain(
    `\`\`\`ts\n${read('examples/payload-codec/aes-codec.ts')}\`\`\`\n`,
  );
});

describe('A store with a codec', () => {
  it('goes on where a killed process left it', async () => {
    const first = await run(aes('a'));
    const id = await first.startWorkflow('waits', null, { key: 'k' });
    await reaches(first, id, 'waiting', 'go');
    await first.publishEvent('go', 'later', 'kept for later');
    // What lies on the disk at this moment is what a SIGKILL would leave.
    const [from, to] = [join(folder, 'a.db'), join(folder, 'left.db')];
    for (const suffix of ['', '-wal']) copyFileSync(from + suffix, to + suffix);

    const second = await run(aes('a'), to);
    await second.publishEvent('go', 'k', 'after the kill');

    const { data } = await second.waitForCompletion(id, { timeoutMs: 5_000 });
    expect(data).toMatchObject({ got: 'after the kill' });
  });

  it('reads with an old key what it wrote, and writes with the new one', async () => {
    const first = await run(aes('a'));
    const id = await first.startWorkflow('waits', null, { key: 'k' }, { idempotencyKey: 'once' });
    await reaches(first, id, 'waiting', 'go');
    await first.stop();

    const both = await run(aes('ba'));
    expect(await both.startWorkflow('waits', null, { key: 'k' }, { idempotencyKey: 'once' })).toBe(id);
    await both.publishEvent('go', 'k', 1);
    await both.waitForCompletion(id, { timeoutMs: 5_000 });
    await both.stop();

    const only = await run(aes('b'));
    expect((await only.getInstance(id))?.data).toEqual({ key: 'k', got: 1 });
    const { items } = await only.getHistory(id);
    expect(items).toMatchObject([
      { stepName: 'Pass', input: null },
      { stepName: 'WaitFor', input: null, unreadable: true },
      { stepName: 'WaitFor', input: { eventName: 'go' } },
    ]);
    expect(items.at(-1)).not.toHaveProperty('unreadable');
  });

  it('may have been written before there was a codec', async () => {
    const first = await run();
    const id = await first.startWorkflow('waits', null, { key: 'k' });
    await reaches(first, id, 'waiting', 'go');
    await first.stop();

    const second = await run(aes('a'));
    await second.publishEvent('go', 'k', 1);

    expect((await second.waitForCompletion(id, { timeoutMs: 5_000 })).data).toEqual({ key: 'k', got: 1 });
  });

  it('opened without its key runs what it can read, tells of the rest, and loses nothing', async () => {
    const tenantId = 't1';
    const first = await run(aes('a'));
    const id = await first.startWorkflow('waits', null, { key: 'k' }, { tenantId });
    await reaches(first, id, 'waiting', 'go');
    await first.stop();

    const second = await run(aes('b'));
    await second.publishEvent('go', 'k', 1, { tenantId });
    const other = await second.startWorkflow('waits', null, { key: 'other' });
    await reaches(second, other, 'waiting', 'go');
    await second.publishEvent('go', 'other', 2);
    await second.waitForCompletion(other, { timeoutMs: 5_000 });
    await vi.waitFor(async () => expect((await second.why(id)).statusReason).toBe('unreadable'));

    expect((await second.why(id, { tenantId })).pointers).toMatchObject([{ waitingFor: 'unreadable' }]);
    await expect(second.getInstance(id)).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE' });
    expect((await second.listInstances({ statusReason: 'unreadable' })).items).toMatchObject([{ id }]);
    const { status, details } = await second.health();
    expect(status).toBe('healthy');
    expect(details).toMatchObject([
      { component: 'instances', message: expect.stringContaining('1 wait as unreadable') },
    ]);
    await second.stop();

    const third = await run(aes('ba'));
    expect((await third.waitForCompletion(id, { timeoutMs: 5_000 })).data).toEqual({ key: 'k', got: 1 });
  });

  it('may be one of the caller', async () => {
    const path = join(folder, 'own.db');
    const store = new SqliteStore({ path, clock: new SystemClock() });
    await live(await lab.run({ workflows: [Secretive], store, persistence: { codec: aes('a') } }));
    expect(seenIn(path)).toEqual([]);
  });
});
