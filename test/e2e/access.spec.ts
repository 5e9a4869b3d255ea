import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { largeOrder, order } from './order.js';
import { endServers, ServerProcess } from './server-process.js';
import { JWT_SECRET, tokenOf } from './tokens.js';

const HUGE = JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) });
const BROKEN = '{"a":';
const JSON_TYPE = { 'content-type': 'application/json' };

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ env: { JWT_SECRET } });
});
afterAll(endServers);

const as = (...roles: string[]) => new Client(server, tokenOf({ roles }));
const nobody = () => new Client(server, null);

describe('a request without a good token', () => {
  it.each([
    '/instances',
    '/instances/x',
    '/instances/x/history',
    '/instances/x/why',
    '/workflows',
    '/workflows/x/graph',
    '/dead-letters',
    '/stream',
  ])('is 401 for GET %s', async (path) => {
    const { status, body, headers } = await nobody().get(`/workflow${path}`);
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([
    '/start/shop.order',
    '/start',
    '/events',
    '/instances/x/cancel',
    '/instances/x/signal',
    '/instances/bulk',
    '/dead-letters/x/discard',
  ])('is 401 for POST %s, before anybody looks at the body', async (path) => {
    for (const body of [HUGE, BROKEN, '[]', undefined]) {
      const { status } = await nobody().send('POST', `/workflow${path}`, body, body ? JSON_TYPE : {});
      expect(status).toBe(401);
    }
    const wrongType = await nobody().send('POST', `/workflow${path}`, 'a=1', {
      'content-type': 'text/csv',
    });
    expect(wrongType.status).toBe(401);
  });

  it('is 401 however the path is written', async () => {
    for (const path of ['/workflow/%69nstances', '/workflow/instances?a=1', '/workflow/instances/%78']) {
      expect((await nobody().get(path)).status).toBe(401);
    }
    for (const path of ['/workflow//instances', '/workflow/instances/', '/WORKFLOW/instances']) {
      expect([401, 404]).toContain((await nobody().get(path)).status);
    }
  });

  it('is 401 for a token that is forged, expired or unsigned', async () => {
    const [head, payload, signature = ''] = tokenOf({ roles: ['admin'] }).split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    for (const token of ['x', `${head}.${payload}.${signature.slice(1)}`, `${none}.${payload}.`]) {
      const { status, headers } = await new Client(server, token).get('/workflow/instances');
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('invalid_token');
    }
  });

  it('never takes a token from the address', async () => {
    const { status } = await nobody().get(`/workflow/instances?token=${tokenOf({ roles: ['admin'] })}`);
    expect(status).toBe(401);
  });

  it('sees the status without figures, and whether the server lives and is ready', async () => {
    const { status, body } = await nobody().get('/workflow/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'healthy', components: { workflowHost: true, database: true } });
    expect(body).not.toHaveProperty('metrics');
    expect((await nobody().get('/health/live')).status).toBe(200);
    expect((await nobody().get('/health/ready')).status).toBe(200);
  });
});

describe('a role', () => {
  it('that may not start is 403, before anybody looks at the body', async () => {
    for (const body of [JSON.stringify(order('A')), HUGE, BROKEN]) {
      const answer = await as('viewer').send('POST', '/workflow/start/shop.order', body, JSON_TYPE);
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    }
  });

  it('decides about every route', async () => {
    const may = async (role: string, method: string, path: string) =>
      (await as(role).send(method, `/workflow${path}`)).status !== 403;
    expect(await may('viewer', 'GET', '/instances')).toBe(true);
    expect(await may('viewer', 'POST', '/instances/x/cancel')).toBe(false);
    expect(await may('operator', 'POST', '/instances/x/cancel')).toBe(true);
    expect(await may('operator', 'POST', '/events')).toBe(false);
    expect(await may('operator', 'POST', '/instances/bulk')).toBe(true);
    expect(await may('developer', 'POST', '/instances/bulk')).toBe(false);
    expect(await may('developer', 'POST', '/start/shop.order')).toBe(false);
    expect(await may('nonsense', 'GET', '/instances')).toBe(false);
    expect(await may('admin', 'POST', '/events')).toBe(true);
  });

  it('is named in the history of what it has asked for', async () => {
    const by = (sub: string) => new Client(server, tokenOf({ sub, roles: ['admin'] }));
    const id = await by('ann').start('shop.order', largeOrder('WHO'));
    await by('ann').reaches(id, 'waiting');
    await by('ann').post(`/workflow/instances/${id}/pause`, { reason: 'lunch' });
    expect(await by('ann').instance(id)).toMatchObject({ status: 'paused', statusReason: 'lunch' });
    const pause = { action: 'pause', caller: { subject: 'ann' }, reason: 'lunch' };
    const why = await as('viewer').get(`/workflow/instances/${id}/why`);
    expect(why.body).toMatchObject({ status: 'paused', control: pause });
    await by('bob').post(`/workflow/instances/${id}/cancel`);

    const { body } = await as('viewer').get(`/workflow/instances/${id}/history`);
    expect(body.controls).toMatchObject([
      { ...pause, grantedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string },
      { action: 'cancel', caller: { subject: 'bob' }, reason: null },
    ]);
  });

  it('that may monitor sees the figures', async () => {
    expect((await as('admin').get('/workflow/status')).body.metrics).toMatchObject({ totalWorkflows: 5 });
    expect((await as('viewer').get('/workflow/status')).body).not.toHaveProperty('metrics');
  });
});

describe('a tenant', () => {
  const acme = () => new Client(server, tokenOf({ roles: ['admin'], tenant: 'acme' }));
  const other = () => new Client(server, tokenOf({ roles: ['admin'], tenant: 'other' }));

  it('is stamped on what its callers start, and hides it from others', async () => {
    const id = await acme().start('shop.order', largeOrder('T-1'));
    expect(await acme().reaches(id, 'waiting')).toMatchObject({ tenantId: 'acme' });

    for (const path of ['', '/history', '/why']) {
      expect((await other().get(`/workflow/instances/${id}${path}`)).status).toBe(404);
    }
    for (const action of ['pause', 'resume', 'cancel', 'terminate', 'retry', 'signal']) {
      expect((await other().post(`/workflow/instances/${id}/${action}`, {})).status).toBe(404);
    }
    const ids = async (client: Client, query = '') =>
      (await client.get(`/workflow/instances${query}`)).body.items.map((item) => item.id);
    expect(await ids(other())).toEqual([]);
    expect(await ids(other(), '?tenant=acme')).toEqual([]);
    expect(await ids(acme())).toEqual([id]);
    expect(await ids(as('admin'), '?tenant=acme')).toEqual([id]);
    expect((await acme().instance(id)).status).toBe('waiting');
  });

  it('publishes for itself only', async () => {
    const id = await acme().start('shop.order', largeOrder('T-2'));
    await acme().reaches(id, 'waiting');
    const approval = { eventName: 'order.approved', eventKey: 'T-2' };
    expect((await other().post('/workflow/events', approval)).status).toBe(202);
    expect((await acme().instance(id)).status).toBe('waiting');
    await acme().post('/workflow/events', approval);
    await acme().reaches(id, 'completed');
  });

  it('has idempotency keys of its own', async () => {
    const key = { 'idempotency-key': 'shared' };
    const [a, b] = [
      await acme().post('/workflow/start/shop.order', order('K'), key),
      await other().post('/workflow/start/shop.order', order('K'), key),
    ];
    expect([a.status, b.status]).toEqual([201, 201]);
    expect(a.body.instanceId).not.toBe(b.body.instanceId);
  });
});
