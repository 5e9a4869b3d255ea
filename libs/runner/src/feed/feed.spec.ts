import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { asWorkflow, Breaks, Quick, RunnerLab, Waits } from '../../../../test/runner/lab.js';
import { runInScope } from '../workflow-scope.js';
import type { WorkflowRunner } from '../workflow-runner.js';
import type { FeedEntry } from './feed-entry.js';
import type { Feed } from './feed.js';
import type { FeedOptions } from './feed-query.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

const workflows = [Quick, Waits, Breaks, asWorkflow(Quick, { nameSpace: 'shop', name: 'order' })];

/** Reads until an event of an instance has come. */
async function until(feed: Feed, event: string, instanceId?: string): Promise<FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for await (const entry of feed) {
    entries.push(entry);
    if (
      entry.tellings.some((one) => one.event === event && one.instanceId === (instanceId ?? one.instanceId))
    )
      return entries;
  }
  throw new Error(`The feed has ended before ${event}`);
}

const eventsOf = (entries: readonly FeedEntry[]) =>
  entries.map(({ tellings }) => tellings.map(({ event }) => event).join(' '));

async function finished(runner: WorkflowRunner, workflow = 'quick', options = {}): Promise<string> {
  const id = await runner.startWorkflow(workflow, null, {}, options);
  await runner.waitForCompletion(id, { timeoutMs: 5_000 });
  return id;
}

/** Where a feed begins that is opened now. */
async function lastPosition(runner: WorkflowRunner): Promise<number> {
  const feed = await runner.feed();
  feed.close();
  return feed.position;
}

describe.each(['memory:', 'sqlite'])('A feed over %s', (kind) => {
  const run = (props = {}) => {
    const connectionString = kind === 'sqlite' ? lab.sqlite : kind;
    return lab.run({ workflows, persistence: { connectionString }, ...props });
  };

  it('tells from now on what each commit has changed, without payloads', async () => {
    const runner = await run();
    await finished(runner);
    const feed = await runner.feed();
    const options = { tenantId: 'acme', correlationId: 'c-1' };
    const id = await runner.startWorkflow('waits', null, { key: 'k' }, options);
    const first = await until(feed, 'waiting');

    expect(eventsOf(first)).toEqual(['created started step.completed', 'waiting']);
    expect(first[0]?.tellings[2]).toEqual({
      event: 'step.completed',
      instanceId: id,
      workflowId: 'default.waits@1.0.0',
      tenantId: 'acme',
      correlationId: 'c-1',
      revision: 1,
      at: expect.any(Date) as Date,
      attempt: {
        pointerId: expect.any(String) as string,
        stepId: 0,
        stepName: 'Pass',
        attempt: 1,
        status: 'completed',
        queuedAt: expect.any(Date) as Date,
        startedAt: expect.any(Date) as Date,
        endedAt: expect.any(Date) as Date,
        error: null,
        node: runner.nodeId,
      },
    });
    expect(first[1]?.tellings[0]?.revision).toBe(2);
  });

  it('goes on behind a place it has told of', async () => {
    const runner = await run();
    const whole = await runner.feed({ after: 0 });
    expect(whole.hasGap).toBe(false);
    for (let n = 0; n < 3; n += 1) await finished(runner);
    const id = await finished(runner, 'breaks');
    const all = await until(whole, 'completed', id);

    for (const [index, { position }] of all.slice(0, -1).entries()) {
      expect(await until(await runner.feed({ after: position }), 'completed', id)).toEqual(
        all.slice(index + 1),
      );
    }
  });

  it.each<[string, FeedOptions, string[]]>([
    [
      'a tenant',
      { tenantId: 'acme' },
      ['acme default.quick@1.0.0 completed', 'acme shop.order@1.0.0 completed'],
    ],
    [
      'a workflow',
      { workflow: 'shop.*' },
      ['acme shop.order@1.0.0 completed', 'null shop.order@1.0.0 completed'],
    ],
    ['both', { tenantId: 'acme', workflow: '*.quick' }, ['acme default.quick@1.0.0 completed']],
    ['nobody', { tenantId: 'nobody' }, []],
  ])('tells only of %s where that was asked for', async (_, query, expected) => {
    const runner = await run();
    for (const tenantId of ['acme', null])
      for (const workflow of ['quick', 'shop.order']) await finished(runner, workflow, { tenantId });
    const feed = await runner.feed({ after: 0, events: ['completed'], ...query });
    const told: string[] = [];
    const reading = (async () => {
      for await (const { tellings } of feed)
        told.push(...tellings.map((one) => `${one.tenantId} ${one.workflowId} ${one.event}`));
    })();
    const last = await lastPosition(runner);
    await expect.poll(() => feed.position).toBe(last);
    feed.close();
    await reading;
    expect(told).toEqual(expected);
  });

  it('tells of one instance, and of some events', async () => {
    const runner = await run();
    await finished(runner);
    const instanceId = await finished(runner);
    await finished(runner);
    const feed = await runner.feed({ after: 0, instanceId, events: ['created', 'completed'] });
    const entries = await until(feed, 'completed');
    expect(entries.flatMap(({ tellings }) => tellings)).toMatchObject([
      { event: 'created', instanceId },
      { event: 'completed', instanceId },
    ]);
  });

  it('moves its place also over what was not asked for', async () => {
    const runner = await run();
    const feed = await runner.feed({ instanceId: 'nobody' });
    const before = feed.position;
    const ended = (async () => {
      for await (const entry of feed) throw new Error(`It told of ${entry.position}`);
    })();
    await finished(runner);
    await expect.poll(() => feed.position).toBeGreaterThan(before);
    feed.close();
    await ended;
  });

  it('is of the tenant in whose scope it is opened', async () => {
    const runner = await run();
    await finished(runner, 'quick', { tenantId: 'other' });
    const id = await finished(runner, 'quick', { tenantId: 'acme' });
    const feed = await runInScope({ tenantId: 'acme', correlationId: 'x' }, () => runner.feed({ after: 0 }));
    const entries = await until(feed, 'completed');
    expect(entries.every(({ tellings }) => tellings.every(({ instanceId }) => instanceId === id))).toBe(true);
  });

  it('ends when its runner stops, and none is opened any more', async () => {
    const runner = await run();
    const feed = await runner.feed();
    const ended = (async () => {
      for await (const entry of feed) throw new Error(`It told of ${entry.position}`);
    })();
    await runner.stop();
    await ended;
    await expect(runner.feed()).rejects.toMatchObject({ code: 'NOT_INITIALIZED' });
  });

  it.each([
    [{ after: -1 }, 'after'],
    [{ after: 1.5 }, 'after'],
    [{ events: ['finished'] as never }, 'events'],
    [{ workflow: '' }, 'workflow'],
    [{ instanceId: 5 as never }, 'instanceId'],
  ] satisfies [FeedOptions, string][])('is refused with %o', async (options, path) => {
    const runner = await run();
    await expect(runner.feed(options)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ path }],
    });
  });
});

describe('A feed', () => {
  it('hears at once of what its own process does', async () => {
    const components = { lifecycle: { pollIntervalMs: 600_000 } };
    const runner = await lab.run({ workflows, components });
    const feed = await runner.feed();
    const entries = until(feed, 'completed');
    await expect.poll(() => feed.position).toBe(await lastPosition(runner));
    await finished(runner);
    expect(eventsOf(await entries)).toEqual(['created started step.completed completed']);
  });

  it('tells a process that runs nothing what another one does', async () => {
    const shared = { workflows, persistence: { connectionString: lab.sqlite } };
    const components = { lifecycle: { pollIntervalMs: 20 } };
    const asks = await lab.run({ ...shared, components, execute: false });
    const feed = await asks.feed();
    const runs = await lab.run(shared);
    const id = await finished(runs);
    expect(eventsOf(await until(feed, 'completed', id))).toEqual([
      'created started step.completed completed',
    ]);
  });

  it('says when something behind its place has been deleted, and tells what is left', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const runner = await lab.run({ workflows, store });
    await finished(runner);
    const { last: place } = await store.positions();
    await finished(runner);
    const waits = await runner.startWorkflow('waits', null, { key: 'k' });
    await expect.poll(async () => (await runner.getInstance(waits))?.status).toBe('waiting');
    const { last } = await store.positions();
    const nothing = { completed: -1, failed: -1, cancelled: -1 };
    await store.purge({ instances: nothing, events: 0, idempotencyKeys: 0, statistics: 0, audit: 0 }, 1_000);

    const late = await runner.feed({ after: place });
    expect(late.hasGap).toBe(true);
    expect((await until(late, 'waiting')).every(({ tellings }) => tellings[0]?.instanceId === waits)).toBe(
      true,
    );
    expect((await runner.feed({ after: last })).hasGap).toBe(false);
  });

  it('says so, and begins now, when its place is one that the store has never reached', async () => {
    const runner = await lab.run({ workflows });
    await finished(runner);
    const feed = await runner.feed({ after: 1_000_000 });
    expect(feed.hasGap).toBe(true);
    const id = await finished(runner);
    expect((await until(feed, 'completed'))[0]?.tellings[0]?.instanceId).toBe(id);
  });
});
