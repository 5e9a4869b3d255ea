import 'reflect-metadata';
import { BULK_ACTIONS, WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RestLab, type Host } from '../../../../../test/rest/host-lab.js';
import { RoleAuthenticator } from '../../../../../test/rest/role-authenticator.js';
import { asWorkflow, Breaks, Waits } from '../../../../../test/runner/lab.js';
import { BulkController } from './bulk.controller.js';

const lab = new RestLab();
let host: Host;
let runner: WorkflowRunnerService;
beforeEach(async () => {
  const workflows = [Waits, Breaks, asWorkflow(Waits, { nameSpace: 'shop', name: 'order' })];
  host = await lab.boot('fastify', {
    rest: { authenticator: new RoleAuthenticator() },
    runner: { workflows },
  });
  runner = host.app.get(WorkflowRunnerService);
});
afterEach(() => lab.clear());

const bulk = (body: unknown, token = 'operator') =>
  host.ask('POST', '/workflow/instances/bulk', { token, body });

async function waiting(workflowId = 'shop.order', options = {}): Promise<string> {
  const id = await runner.startWorkflow(workflowId, null, { key: 'k' }, options);
  await expect.poll(() => statusOf(id)).toBe('waiting');
  return id;
}
const statusOf = async (id: string) => (await runner.getInstance(id))?.status;

const counts = { matched: 0, done: 0, refused: 0, failed: 0, errors: [], nextCursor: null };

describe('POST /instances/bulk', () => {
  it('does one thing to all that match, and says what became of them', async () => {
    const [a, b, ended] = [await waiting(), await waiting(), await waiting()];
    await runner.cancelWorkflow(ended);
    const other = await waiting('waits');

    const answer = await bulk({ action: 'pause', filter: { workflow: 'shop.order' }, reason: 'recall' });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      dryRun: false,
      ...counts,
      matched: 3,
      done: 2,
      refused: 1,
    });
    expect(await Promise.all([a, b, ended, other].map(statusOf))).toEqual([
      ...['paused', 'paused', 'cancelled', 'waiting'],
    ]);
    const { controls } = await runner.getHistory(a);
    expect(controls).toMatchObject([{ action: 'pause', caller: { subject: 'operator' }, reason: 'recall' }]);
  });

  it('takes the conditions of GET /instances', async () => {
    const id = await waiting('shop.order', { tags: { region: 'eu' }, correlationId: 'c-1' });
    await waiting();
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    for (const filter of [
      { tag: 'region:eu' },
      { correlationId: 'c-1' },
      { search: id },
      { status: 'waiting', tag: 'region:eu' },
      { status: ['waiting', 'paused'], tag: 'region:eu', createdFrom: at(-60_000), createdTo: at(60_000) },
    ]) {
      const { body } = await bulk({ action: 'cancel', filter, dryRun: true });
      expect(body).toMatchObject({ dryRun: true, matched: 1, done: 0, refused: 0 });
    }
    expect((await bulk({ action: 'cancel', filter: { createdTo: at(-60_000) } })).body).toMatchObject(counts);
    expect(await statusOf(id)).toBe('waiting');
  });

  it('goes through as many as it is told to, and on from there', async () => {
    for (let n = 0; n < 5; n += 1) await waiting();
    const first = await bulk({ action: 'pause', all: true, limit: 2 });
    expect(first.body).toMatchObject({ matched: 2, done: 2, nextCursor: expect.any(String) as string });
    const { nextCursor: cursor } = first.body;
    const second = await bulk({ action: 'pause', all: true, cursor, limit: null, filter: null });
    expect(second.body).toMatchObject({ matched: 3, done: 3, nextCursor: null });
    expect((await runner.countByStatus()).paused).toBe(5);
  });

  it.each([
    { action: 'cancel' },
    { action: 'cancel', filter: {} },
    { action: 'cancel', filter: null },
    { action: 'cancel', filter: { workflow: null, createdFrom: null, tenant: null } },
    { action: 'cancel', filter: [] },
    { action: 'cancel', filter: [{ workflow: 'shop.order' }] },
    { action: 'cancel', filter: 'all' },
    { action: 'cancel', all: false },
    { action: 'cancel', all: 'true' },
    { action: 'cancel', all: true, filter: { workflow: 'shop.order' } },
    { action: 'cancel', filter: { workflows: 'shop.order' } },
    { action: 'cancel', filter: { status: 'lost' } },
    { action: 'cancel', filter: { workflow: '' } },
    { action: 'cancel', filter: { limit: 5 } },
    { action: 'discard', all: true },
    { action: 'accept', all: true },
    { all: true },
    { action: 'cancel', all: true, limit: 10_001 },
    { action: 'cancel', all: true, cursor: 'x' },
    { action: 'cancel', all: true, dryRun: 'yes' },
    { action: 'cancel', all: true, tenantId: 'acme' },
    [],
  ])('does nothing by accident: %j', async (body) => {
    const id = await waiting();
    const answer = await bulk(body);
    expect([answer.status, answer.body['code']]).toEqual([400, 'INVALID_REQUEST']);
    expect(await statusOf(id)).toBe('waiting');
  });

  it('needs the permission of its action', async () => {
    const id = await waiting();
    const all = { action: 'cancel', all: true };
    expect((await host.ask('POST', '/workflow/instances/bulk', { body: all })).status).toBe(401);
    for (const body of [all, '{"broken"', { action: 'nonsense' }]) {
      const answer = await bulk(body, 'viewer');
      expect([answer.status, answer.body['code']]).toEqual([403, 'FORBIDDEN']);
    }
    expect(await statusOf(id)).toBe('waiting');
  });

  it('asks again for the permission of its action, which the route cannot know', async () => {
    const id = await waiting();
    const caller = { subject: 'v', kind: 'user', roles: ['viewer'], tenantId: null } as const;
    for (const action of BULK_ACTIONS) {
      await expect(new BulkController(runner).bulk({ action, all: true }, caller)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        permission: action === 'terminate' ? 'workflow:cancel' : `workflow:${action}`,
      });
    }
    expect(await statusOf(id)).toBe('waiting');
  });

  it('stays in the tenant of its caller', async () => {
    const mine = await waiting('waits', { tenantId: 'acme' });
    const theirs = await waiting('waits', { tenantId: 'other' });

    const foreign = await bulk({ action: 'cancel', filter: { tenant: 'other' } }, 'operator@acme');
    expect(foreign.body).toEqual({ success: true, dryRun: false, ...counts });
    const sly = await bulk({ action: 'cancel', filter: { search: theirs } }, 'operator@acme');
    expect(sly.body).toMatchObject({ matched: 0 });
    const own = await bulk({ action: 'cancel', all: true }, 'operator@acme');
    expect(own.body).toMatchObject({ matched: 1, done: 1 });
    expect([await statusOf(mine), await statusOf(theirs)]).toEqual(['cancelled', 'waiting']);
    const chosen = await bulk({ action: 'cancel', filter: { tenant: 'other' } });
    expect(chosen.body).toMatchObject({ matched: 1, done: 1 });
  });
});
