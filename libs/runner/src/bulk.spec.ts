import { StoreUnavailableError } from '@workflow-runner/contract';
import type {
  ControlReceipt,
  ControlRequest,
  InstanceFilter,
  InstancePage,
  PageRequest,
} from '@workflow-runner/contract';
import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asWorkflow, Breaks, Quick, RunnerLab, Waits } from '../../../test/runner/lab.js';
import type { BulkOptions } from './bulk.js';
import { runInScope } from './workflow-scope.js';
import type { WorkflowRunner } from './workflow-runner.js';

/** Can be interfered with. */
class Watched extends MemoryStore {
  beforeControl: (request: ControlRequest) => Promise<void> | void = () => undefined;
  beforeList: () => void = () => undefined;
  controls = 0;
  atOnce = 0;
  mostAtOnce = 0;

  override async control(request: ControlRequest): Promise<ControlReceipt> {
    this.controls += 1;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.beforeControl(request);
      return await super.control(request);
    } finally {
      this.atOnce -= 1;
    }
  }

  override async list(filter: InstanceFilter, page: PageRequest): Promise<InstancePage> {
    this.beforeList();
    return super.list(filter, page);
  }
}

const lab = new RunnerLab();
let store: Watched;
let runner: WorkflowRunner;
beforeEach(async () => {
  store = new Watched({ clock: new SystemClock() });
  const workflows = [Waits, Breaks, Quick, asWorkflow(Waits, { nameSpace: 'shop', name: 'order' })];
  runner = await lab.run({ workflows, store });
});
afterEach(() => lab.clear());

/** Instances that wait. */
async function waiting(count: number, workflowId = 'waits', options = {}): Promise<string[]> {
  const request = { workflowId, data: { key: 'k' }, ...options };
  const results = await runner.startWorkflows(Array.from({ length: count }, () => request));
  const ids = results.map((result) => ('instanceId' in result ? result.instanceId : ''));
  await expect.poll(() => statuses(ids), { timeout: 10_000 }).toEqual({ waiting: count });
  return ids;
}

async function statuses(ids: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const id of ids) {
    const status = (await runner.getInstance(id))?.status ?? 'gone';
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

const none = { matched: 0, done: 0, refused: 0, failed: 0, errors: [], nextCursor: null };

describe('A bulk action', () => {
  it('is done to all that match, page by page, and to nobody else', async () => {
    const orders = await waiting(1_203, 'shop.order');
    const others = await waiting(2);
    const ann = { subject: 'ann', kind: 'user', roles: [], tenantId: null } as const;

    const result = await runner.bulk('cancel', { workflow: 'shop.order' }, { reason: 'recall', caller: ann });

    expect(result).toEqual({ ...none, matched: 1_203, done: 1_203 });
    await expect.poll(() => statuses(orders)).toEqual({ cancelled: 1_203 });
    expect(await statuses(others)).toEqual({ waiting: 2 });
    expect((await runner.getInstance(orders[0]!))?.statusReason).toBe('recall');
    const { controls } = await runner.getHistory(orders[7]!);
    expect(controls).toMatchObject([{ action: 'cancel', caller: { subject: 'ann' }, reason: 'recall' }]);
    expect(store.mostAtOnce).toBeLessThanOrEqual(100);
  });

  it.each(['pause', 'resume', 'terminate', 'retry'] as const)('may be %s', async (action) => {
    const [waits = ''] = await waiting(1);
    const fails = await runner.startWorkflow('breaks', null, { broken: true });
    await runner.waitForCompletion(fails, { timeoutMs: 5_000 });
    if (action === 'resume') await runner.pauseWorkflow(waits);

    const result = await runner.bulk(action, {});

    const refused = action === 'terminate' ? 0 : 1;
    expect(result).toEqual({ ...none, matched: 2, done: 2 - refused, refused });
  });

  it('only counts in a dry run', async () => {
    const ids = await waiting(3);
    await runner.cancelWorkflow(ids[0]!);

    const result = await runner.bulk('pause', {}, { dryRun: true });

    expect(result).toEqual({ ...none, matched: 3, done: 0, refused: 1 });
    expect(store.controls).toBe(1);
    expect(await statuses(ids)).toEqual({ waiting: 2, cancelled: 1 });
  });

  it('counts as refused what has changed since it was found, or is gone', async () => {
    const [ended = '', gone = '', stays = ''] = await waiting(3);
    store.beforeControl = async ({ instanceId, mark }) => {
      if (mark.action !== 'pause') return;
      if (instanceId === ended) await runner.cancelWorkflow(ended);
      if (instanceId !== gone) return;
      await runner.cancelWorkflow(gone);
      const instances = { completed: -1, failed: -1, cancelled: -1 };
      await store.purge({ instances, events: 0, idempotencyKeys: 0, statistics: 0, audit: 0 }, 1_000);
    };

    expect(await runner.bulk('pause', {})).toEqual({ ...none, matched: 3, done: 1, refused: 2 });
    expect(await statuses([stays])).toEqual({ paused: 1 });
  });

  it('leaves alone what is started while it goes on', async () => {
    await waiting(600);
    let late: string | null = null;
    store.beforeControl = async () => {
      late ??= await runner.startWorkflow('waits', null, { key: 'k' });
    };

    expect(await runner.bulk('pause', { workflow: 'waits' })).toMatchObject({ matched: 600, done: 600 });
    await expect.poll(() => statuses([late!])).toEqual({ waiting: 1 });
  });

  it('stops at its limit, and goes on from there', async () => {
    const ids = await waiting(7);
    const first = await runner.bulk('pause', {}, { limit: 3 });
    expect(first).toMatchObject({ matched: 3, done: 3 });
    expect(await statuses(ids)).toEqual({ paused: 3, waiting: 4 });

    const second = await runner.bulk('pause', {}, { limit: 4, cursor: first.nextCursor! });
    expect(second).toEqual({ ...none, matched: 4, done: 4 });
    expect(await statuses(ids)).toEqual({ paused: 7 });
  });

  it('names those that failed, and stops behind their page', async () => {
    const ids = await waiting(501);
    const [oldest] = ids;
    const newest = ids.slice(-150);
    store.beforeControl = ({ instanceId }) => {
      if (newest.includes(instanceId)) throw new StoreUnavailableError('away');
    };

    const result = await runner.bulk('pause', {});

    expect(result).toMatchObject({ matched: 500, done: 350, refused: 0, failed: 150 });
    expect(result.errors).toHaveLength(100);
    expect(result.errors[0]).toEqual({
      instanceId: expect.any(String) as string,
      code: 'STORE_UNAVAILABLE',
    });
    expect(result.nextCursor).not.toBeNull();
    expect(await statuses([oldest!])).toEqual({ waiting: 1 });
  });

  it('tells what it has done when it can find no more, and fails when it could not even begin', async () => {
    await waiting(501);
    let looks = 0;
    store.beforeList = () => {
      looks += 1;
      if (looks > 1) throw new StoreUnavailableError('away');
    };
    const result = await runner.bulk('pause', {});
    expect(result).toMatchObject({ matched: 500, done: 500, nextCursor: expect.any(String) as string });

    await expect(runner.bulk('pause', {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    store.beforeList = () => undefined;
    expect(await runner.bulk('pause', {}, { cursor: result.nextCursor! })).toMatchObject({
      matched: 1,
      done: 1,
    });
  });

  it('stays in the tenant it was asked for, also by the scope it runs in', async () => {
    const mine = await waiting(2, 'waits', { tenantId: 'acme' });
    const theirs = await waiting(2, 'waits', { tenantId: 'other' });

    await runner.bulk('pause', { tenantId: 'acme' });
    expect([await statuses(mine), await statuses(theirs)]).toEqual([{ paused: 2 }, { waiting: 2 }]);
    await runInScope({ tenantId: 'acme', correlationId: 'x' }, () => runner.bulk('cancel', {}));
    expect([await statuses(mine), await statuses(theirs)]).toEqual([{ cancelled: 2 }, { waiting: 2 }]);
  });

  it.each<[string, BulkOptions, string]>([
    ['delete', {}, 'action'],
    ['pause', { limit: 0 }, 'limit'],
    ['pause', { limit: 10_001 }, 'limit'],
    ['pause', { reason: 'x'.repeat(1_001) }, 'reason'],
    ['pause', { cursor: 'x' }, 'cursor'],
  ])('is refused as %s with %o', async (action, options, path) => {
    await expect(runner.bulk(action as never, {}, options)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ path }],
    });
  });
});
