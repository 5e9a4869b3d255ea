import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asWorkflow, Breaks, Quick, RunnerLab, Waits } from '../../../test/runner/lab.js';
import type { DeadLetterQuery } from './dead-letters.js';
import type { WorkflowRunner } from './workflow-runner.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

describe.each(['memory:', 'sqlite'])('Dead letters over %s', (kind) => {
  let runner: WorkflowRunner;
  beforeEach(async () => {
    const connectionString = kind === 'sqlite' ? lab.sqlite : kind;
    const workflows = [Waits, Breaks, Quick, asWorkflow(Breaks, { nameSpace: 'shop', name: 'order' })];
    runner = await lab.run({ workflows, persistence: { connectionString } });
  });

  async function failed(workflowId = 'breaks', options = {}): Promise<string> {
    const id = await runner.startWorkflow(workflowId, null, { broken: true }, options);
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });
    return id;
  }
  const idsOf = async (query: DeadLetterQuery) =>
    (await runner.listDeadLetters(query)).items.map(({ id }) => id);

  it('are what has failed, with its error, and since when', async () => {
    await runner.startWorkflow('quick');
    await runner.startWorkflow('waits', null, { key: 'k' });
    const id = await failed('shop.order', { tenantId: 'acme', correlationId: 'c-1', tags: { region: 'eu' } });

    const { items, nextCursor } = await runner.listDeadLetters();

    const { completedAt } = (await runner.getInstance(id))!;
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      {
        id,
        workflowId: 'shop.order@1.0.0',
        version: '1.0.0',
        tags: { region: 'eu' },
        tenantId: 'acme',
        correlationId: 'c-1',
        priority: 'normal',
        createdAt: expect.any(Date) as Date,
        startedAt: expect.any(Date) as Date,
        failedAt: completedAt,
        error: {
          message: 'it is broken',
          code: 'EBROKEN',
          category: 'unknown',
          step: 'FailWhileBroken',
          attempt: 1,
        },
        attempts: 1,
        pointerId: expect.any(String) as string,
        revision: expect.any(Number) as number,
      },
    ]);
  });

  it('are found by what is known of them', async () => {
    const [one, two] = [
      await failed(),
      await failed('shop.order', { tenantId: 'acme', correlationId: 'call-77' }),
    ];
    const { failedAt } = (await runner.listDeadLetters({ workflow: 'shop.order' })).items[0]!;

    expect(await idsOf({})).toEqual([two, one]);
    expect(await idsOf({ tenantId: 'acme' })).toEqual([two]);
    expect(await idsOf({ workflow: 'breaks' })).toEqual([one]);
    expect(await idsOf({ category: 'unknown' })).toEqual([two, one]);
    expect(await idsOf({ category: 'network' })).toEqual([]);
    expect(await idsOf({ code: 'EBROKEN' })).toEqual([two, one]);
    expect(await idsOf({ code: 'EOTHER' })).toEqual([]);
    expect(await idsOf({ search: 'll-77' })).toEqual([two]);
    expect(await idsOf({ failedFrom: failedAt })).toContain(two);
    expect(await idsOf({ failedFrom: failedAt.getTime() + 60_000 })).toEqual([]);
    expect(await idsOf({ failedTo: failedAt.getTime() - 60_000 })).toEqual([]);
  });

  it('come page by page', async () => {
    const ids = [await failed(), await failed(), await failed()].reverse();
    const first = await runner.listDeadLetters({}, { limit: 2 });
    const second = await runner.listDeadLetters({}, { limit: 2, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });

  it('leave with a retry, and with their discarding', async () => {
    const [retried, discarded] = [await failed(), await failed()];
    await runner.retryWorkflow(retried, { data: { broken: false } });
    await runner.discardWorkflow(discarded, 'not worth it');

    expect(await runner.waitForCompletion(retried, { timeoutMs: 5_000 })).toMatchObject({
      status: 'completed',
    });
    expect(await runner.getInstance(discarded)).toMatchObject({
      status: 'cancelled',
      statusReason: 'not worth it',
      error: { code: 'EBROKEN' },
    });
    expect(await idsOf({})).toEqual([]);
  });

  it('are the only ones that can be discarded, by their own tenant, and with a reason', async () => {
    const waits = await runner.startWorkflow('waits', null, { key: 'k' });
    await expect(runner.discardWorkflow(waits, 'r')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(runner.discardWorkflow('nobody', 'r')).rejects.toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    const id = await failed('breaks', { tenantId: 'acme' });
    const others = runner.discardWorkflow(id, 'r', { tenantId: 'other' });
    await expect(others).rejects.toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    await expect(runner.discardWorkflow(id, '')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ path: 'reason' }],
    });
    expect((await runner.getInstance(id))?.status).toBe('failed');
  });

  it.each([
    [{ category: 'bad luck' as never }, 'category'],
    [{ failedFrom: Number.NaN }, 'failedFrom'],
    [{ code: '' }, 'code'],
  ] satisfies [DeadLetterQuery, string][])('are not looked for with %o', async (query, path) => {
    await expect(runner.listDeadLetters(query)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ path }],
    });
  });
});
