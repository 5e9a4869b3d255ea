import { WorkflowRunnerService } from '@workflow-runner/runner';
import { ManualClock } from '@workflow-runner/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, RestLab, type Ask, type Host } from '../../../../../test/rest/host-lab.js';
import { RoleAuthenticator } from '../../../../../test/rest/role-authenticator.js';
import { asWorkflow, Quick, Waits } from '../../../../../test/runner/lab.js';

const lab = new RestLab();
afterEach(() => lab.clear());

type Item = Readonly<Record<string, unknown>>;

describe.each(ADAPTERS)('The audit trail on %s', (adapter) => {
  const clock = new ManualClock();
  let host: Host;
  let runner: WorkflowRunnerService;
  beforeEach(async () => {
    host = await lab.boot(adapter, {
      rest: { authenticator: new RoleAuthenticator() },
      runner: { workflows: [Waits, Quick, asWorkflow(Quick, { nameSpace: 'shop', name: 'order' })], clock },
    });
    runner = host.app.get(WorkflowRunnerService);
  });

  const ask = (method: string, path: string, asked: Ask = {}) => host.ask(method, `/workflow${path}`, asked);
  const list = async (query = '', token = 'admin') => {
    const { status, body } = await ask('GET', `/audit${query}`, { token });
    expect(status).toBe(200);
    return body['items'] as Item[];
  };
  const start = async (token: string, workflow = 'waits') => {
    const { body } = await ask('POST', `/start/${workflow}`, { token, body: { key: 'k', secret: 'hush' } });
    return String(body['instanceId']);
  };
  const minuteOver = async () => {
    clock.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('says who has started, cancelled and published', async () => {
    const id = await start('operator');
    await ask('POST', `/instances/${id}/signal`, { token: 'admin', body: { data: 'hush', stepId: 'later' } });
    await ask('POST', `/instances/${id}/cancel`, { token: 'operator', body: { reason: 'a mistake' } });
    const headers = { 'x-correlation-id': 'c-1' };
    const event = { eventName: 'paid', eventKey: 'o-1', eventData: 'hush', id: 'e-1' };
    await ask('POST', '/events', { token: 'admin', body: event, headers });

    const items = await list('?sort=oldest');
    expect(items.map(({ action, caller, reason }) => [action, (caller as Item)['subject'], reason])).toEqual([
      ['workflow:execute', 'operator', null],
      ['workflow:signal', 'admin', null],
      ['workflow:cancel', 'operator', 'a mistake'],
      ['event:publish', 'admin', null],
    ]);
    expect(items[3]).toMatchObject({
      correlationId: 'c-1',
      resource: { kind: 'event', id: 'e-1' },
      details: { name: 'paid', key: 'o-1' },
    });
    expect(JSON.stringify(items)).not.toContain('hush');
    const ofInstance = await list(`?instanceId=${id}&action=workflow:cancel`);
    expect(ofInstance).toMatchObject([{ instanceId: id, caller: { kind: 'user', roles: ['operator'] } }]);
  });

  it('comes in pages', async () => {
    for (let n = 0; n < 3; n += 1) await start('operator', 'quick');
    const first = await ask('GET', '/audit?limit=2', { token: 'admin' });
    const cursor = String(first.body['nextCursor']);
    const second = await ask('GET', `/audit?limit=2&cursor=${cursor}`, { token: 'admin' });
    expect([first, second].map(({ body }) => (body['items'] as Item[]).length)).toEqual([2, 1]);
    expect(second.body['nextCursor']).toBeNull();
  });

  it('is shown to a caller with a tenant as far as it is theirs', async () => {
    await start('operator@acme', 'quick');
    await start('operator@other', 'quick');
    const tenants = async (query: string, token: string) =>
      (await list(query, token)).map(({ tenantId }) => tenantId);

    expect(await tenants('', 'admin@acme')).toEqual(['acme']);
    expect(await tenants('?tenant=other', 'admin@acme')).toEqual([]);
    expect(await tenants('?tenant=other', 'admin')).toEqual(['other']);
    expect(await tenants('', 'admin')).toHaveLength(2);
  });

  it('is verified for callers without a tenant only', async () => {
    await start('operator', 'quick');
    clock.advance(1_000);
    await expect
      .poll(async () => (await ask('GET', '/audit/verify', { token: 'admin' })).body)
      .toMatchObject({ ok: true, unsealed: 0, chains: [{ entries: 1, broken: null }] });
    expect(await ask('GET', '/audit/verify', { token: 'admin@acme' })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
  });

  it('has a refusal that a handler has thrown', async () => {
    await ask('GET', '/audit/verify', { token: 'admin@acme' });
    await minuteOver();

    expect(await list('?result=refused')).toMatchObject([
      { action: 'audit:view', caller: { subject: 'admin@acme' }, tenantId: 'acme', reason: 'FORBIDDEN' },
    ]);
  });

  it('is for those who may see it', async () => {
    for (const token of ['viewer', 'operator', 'developer']) {
      expect((await ask('GET', '/audit', { token })).status).toBe(403);
      expect((await ask('GET', '/audit/verify', { token })).status).toBe(403);
    }
    expect((await ask('GET', '/audit')).status).toBe(401);
  });

  it.each(['action=fly', 'result=x', 'caller=', 'from=yesterday', 'limit=0', 'cursor=x', 'unknown=1'])(
    'refuses the question %s',
    async (query) => {
      expect(await ask('GET', `/audit?${query}`, { token: 'admin' })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      });
    },
  );

  it('has one entry for what a caller was refused in a minute, when the minute is over', async () => {
    const id = await start('operator');
    for (let n = 0; n < 3; n += 1)
      await ask('POST', `/instances/${id}/cancel`, { token: 'viewer@acme', body: {} });
    expect(await list('?result=refused')).toEqual([]);
    await minuteOver();

    expect(await list('?result=refused')).toMatchObject([
      {
        action: 'workflow:cancel',
        caller: { subject: 'viewer@acme', roles: ['viewer'] },
        tenantId: 'acme',
        resource: { kind: 'route', id: null },
        reason: 'FORBIDDEN',
        details: { count: 3, address: '127.0.0.1', path: `/workflow/instances/${id}/cancel` },
      },
    ]);
    expect(await list('?result=refused', 'admin@acme')).toHaveLength(1);
  });

  it('gathers refusals of unknown callers by their address, whatever their body', async () => {
    await ask('POST', '/start/quick', { body: '{"a' });
    await ask('POST', '/start/quick', { body: 'x'.repeat(2_000_000) });
    await ask('GET', '/nowhere');
    await minuteOver();

    expect(await list('?result=refused')).toMatchObject([
      { action: 'workflow:execute', caller: null, reason: 'UNAUTHENTICATED', details: { count: 2 } },
    ]);
  });

  it('names of a route that takes one of several permissions the first', async () => {
    await ask('POST', '/instances/bulk', { token: 'viewer', body: { action: 'cancel', all: true } });
    await minuteOver();

    expect(await list('?result=refused')).toMatchObject([
      { action: 'workflow:pause', details: { count: 1 } },
    ]);
  });

  it('keeps refusals of the minute in which it stops', async () => {
    const noted: unknown[] = [];
    const { operations } = (runner as unknown as { lifecycle: { running: { operations: object } } }).lifecycle
      .running as { operations: { audit(entries: readonly unknown[]): Promise<void> } };
    operations.audit = async (entries) => void noted.push(...entries);
    await ask('GET', '/audit', { token: 'viewer' });
    await lab.clear();

    expect(noted).toMatchObject([{ action: 'audit:view', details: { count: 1 } }]);
  });
});
