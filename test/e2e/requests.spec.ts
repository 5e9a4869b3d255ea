import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Answer } from './client.js';
import { largeOrder, order } from './order.js';
import { endServers, ServerProcess } from './server-process.js';

let client: Client;
beforeAll(async () => {
  client = new Client(await ServerProcess.start());
});
afterAll(endServers);

const START = '/workflow/start/shop.order';
const JSON_TYPE = { 'content-type': 'application/json' };

/** Every error has one shape, whoever noticed it. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body?.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({
    type: expect.stringContaining(code),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^\/[^?]*$/),
    errors: expect.any(Array),
    success: false,
    error: answer.body.detail,
  });
  expect(answer.text).not.toMatch(/\bat .*\.(js|ts):\d/);
}

describe('a start', () => {
  it('is 201 with the id, and 200 with the same id when its key repeats', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const first = await client.post(START, order('I-1'), key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      success: true,
      instanceId: expect.any(String),
      workflowId: 'shop.order@1.0.0',
      version: '1.0.0',
      status: expect.any(String),
      message: expect.any(String),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const again = await client.post(START, order('I-1'), key);
    expect([again.status, again.body.instanceId]).toEqual([200, first.body.instanceId]);
    expectProblem(await client.post(START, order('I-2'), key), 409, 'IDEMPOTENCY_CONFLICT');
  });

  it('takes what stands in the query as data, below the body', async () => {
    const { body } = await client.post(`${START}?version=1&failAt=stock&customer=Eve`, order('Q-1'));
    const { data } = await client.reaches(body.instanceId, 'completed');
    expect(data).toMatchObject({ failAt: 'stock', customer: 'Ada' });
    expect(data).not.toHaveProperty('version');
  });

  it('takes a full id, and a version in every form', async () => {
    for (const path of ['shop.order@1.0.0', 'shop.order@1', 'order', 'shop.order?version=1.0']) {
      expect((await client.post(`/workflow/start/${path}`, order('V'))).status).toBe(201);
    }
  });

  it('needs no body', async () => {
    const { status, body } = await client.post('/workflow/start/system.welcome');
    expect(status).toBe(201);
    await client.reaches(body.instanceId, 'completed');
  });

  it('is 404 for a workflow or a version that is not registered', async () => {
    expectProblem(await client.post('/workflow/start/shop.nothing', {}), 404, 'WORKFLOW_NOT_FOUND');
    expectProblem(await client.post(`${START}?version=9`, {}), 404, 'WORKFLOW_NOT_FOUND');
  });

  it('refuses a token in the address, which would become data', async () => {
    expectProblem(await client.post(`${START}?token=x`, order('T')), 400, 'INVALID_REQUEST');
  });
});

describe('a body', () => {
  const bad: [what: string, body: string][] = [
    ['broken JSON', '{"a":'],
    ['a list', '[]'],
    ['a text', '"a"'],
    ['an empty one that claims to be JSON', ''],
    ['a prototype key', '{"a":{"__proto__":{"admin":true}}}'],
    ['a constructor with a prototype', '{"a":{"constructor":{"prototype":{}}}}'],
    ['51 levels', `${'{"a":'.repeat(51)}1${'}'.repeat(51)}`],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ];
  it.each(bad)('is 400 for %s', async (_what, body) => {
    expectProblem(await client.send('POST', START, body, JSON_TYPE), 400, 'INVALID_REQUEST');
  });

  it('is 413 above 1 MiB', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
    expectProblem(await client.send('POST', START, body, JSON_TYPE), 413, 'PAYLOAD_TOO_LARGE');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/xml'])(
    'is 415 for %s',
    async (type) => {
      const answer = await client.send('POST', START, 'a=1', { 'content-type': type });
      expectProblem(answer, 415, 'INVALID_REQUEST');
    },
  );

  it('names every field that is wrong', async () => {
    const answer = await client.post('/workflow/events', { eventName: 7, tenantId: 'x' });
    expectProblem(answer, 400, 'INVALID_REQUEST');
    expect(answer.body.errors.map(({ path }) => path).sort()).toEqual(['eventKey', 'eventName', 'tenantId']);
  });
});

describe('a batch', () => {
  it('gives each start a verdict of its own, in order', async () => {
    const items = [
      { workflowId: 'shop.order', data: order('B-1'), tags: { shop: 'north' } },
      { workflowId: 'shop.nothing' },
      { workflowId: 'system.welcome', idempotencyKey: 'b' },
    ];
    const { status, body } = await client.post('/workflow/start', { items });
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { status: 201, instanceId: expect.any(String) },
      { status: 404, error: { code: 'WORKFLOW_NOT_FOUND' } },
      { status: 201 },
    ]);
    const again = await client.post('/workflow/start', { items: [items[2]] });
    expect(again.body.items).toEqual([{ status: 200, instanceId: body.items[2]!.instanceId }]);
    const tagged = await client.get('/workflow/instances?tag=shop:north');
    expect(tagged.body.items.map(({ id }) => id)).toEqual([body.items[0]!.instanceId]);
  });

  it('is 400 as a whole when its shape is wrong', async () => {
    const answer = await client.post('/workflow/start', {
      items: [{ workflowId: 'shop.order', dependencies: [] }],
    });
    expectProblem(answer, 400, 'INVALID_REQUEST');
    expect(answer.body.errors).toMatchObject([{ path: 'items[0].dependencies' }]);
  });
});

describe('a list', () => {
  it('is walked by cursors, and leaves the data out', async () => {
    const items = Array.from({ length: 5 }, (_, index) => ({
      workflowId: 'shop.order',
      data: largeOrder(`L-${index}`),
      tags: { list: 'l' },
    }));
    const started = await client.post('/workflow/start', { items });
    const ids = started.body.items.map((item) => item.instanceId);
    await Promise.all(ids.map((id) => client.reaches(id, 'waiting')));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await client.get(`/workflow/instances?tag=list:l&status=waiting&limit=2${after}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      for (const item of body.items) {
        expect(item).not.toHaveProperty('data');
        seen.push(item.id);
      }
      cursor = body.nextCursor;
    }
    expect(seen.sort()).toEqual(ids.sort());
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'cursor=nonsense',
    'status=lost',
    'colour=red',
    'createdFrom=now',
    'tag=x',
  ])('is 400 for ?%s', async (query) => {
    expectProblem(await client.get(`/workflow/instances?${query}`), 400, 'INVALID_REQUEST');
  });

  it('of workflows is filtered and shows no code', async () => {
    const { body } = await client.get('/workflow/workflows?nameSpace=shop');
    expect(body).toMatchObject({
      items: [{ id: 'shop.order@1.0.0', category: 'workflow' }],
      nextCursor: null,
    });
    expect(body.items[0]).not.toHaveProperty('component');
    expect((await client.get('/workflow/workflows?search=WELC')).body.items).toHaveLength(1);
    const graph = await client.get('/workflow/workflows/shop.order/graph');
    expect(graph.body.nodes.map(({ name }) => name)).toContain('ChargePayment');
    expect(graph.body.edges).toContainEqual(expect.objectContaining({ type: 'compensation' }));
  });
});

describe('control', () => {
  it('pauses, resumes, cancels, and refuses what is not possible', async () => {
    const id = await client.start('shop.order', largeOrder('C-1'));
    await client.reaches(id, 'waiting');
    const act = (action: string, body?: object) => client.post(`/workflow/instances/${id}/${action}`, body);
    expect((await act('pause', { reason: 'lunch' })).body).toEqual({
      success: true,
      instanceId: id,
      status: 'paused',
    });
    expectProblem(await act('pause'), 409, 'INVALID_TRANSITION');
    await act('resume');
    expect((await client.instance(id)).status).toBe('waiting');
    expectProblem(await act('resume'), 409, 'INVALID_TRANSITION');
    expectProblem(await act('retry'), 409, 'INVALID_TRANSITION');
    await act('cancel', { reason: 'no longer wanted' });
    await client.reaches(id, 'cancelled');
    for (const action of ['pause', 'resume', 'cancel', 'terminate', 'retry', 'signal']) {
      expectProblem(await act(action), 409, 'INVALID_TRANSITION');
    }
  });

  it('terminates', async () => {
    const id = await client.start('shop.order', largeOrder('C-2'));
    await client.reaches(id, 'waiting');
    expect((await client.post(`/workflow/instances/${id}/terminate`)).status).toBe(200);
    await client.reaches(id, 'cancelled');
  });

  it('sends a signal to the wait an instance stands in', async () => {
    const id = await client.start('shop.order', largeOrder('C-3'));
    await client.reaches(id, 'waiting');
    await client.post(`/workflow/instances/${id}/signal`, { data: { approvedBy: 'Alan' } });
    expect((await client.reaches(id, 'completed')).data.approval).toEqual({ approvedBy: 'Alan' });
  });

  it('is 404 for an instance nobody knows', async () => {
    for (const path of ['', '/history', '/why']) {
      expectProblem(await client.get(`/workflow/instances/unknown${path}`), 404, 'INSTANCE_NOT_FOUND');
    }
    for (const action of ['pause', 'resume', 'cancel', 'terminate', 'retry', 'signal']) {
      expectProblem(await client.post(`/workflow/instances/unknown/${action}`), 404, 'INSTANCE_NOT_FOUND');
    }
  });

  it('is 400 for fields it does not know', async () => {
    expectProblem(await client.post('/workflow/instances/x/pause', { force: true }), 400, 'INVALID_REQUEST');
  });
});

describe('an event', () => {
  it('that repeats its id is accepted and changes nothing', async () => {
    const event = { eventName: 'order.approved', eventKey: 'nobody', id: 'e-1' };
    expect((await client.post('/workflow/events', event)).body).toEqual({
      success: true,
      id: 'e-1',
      accepted: true,
    });
    expect((await client.post('/workflow/events', event)).body).toEqual({
      success: true,
      id: 'e-1',
      accepted: false,
    });
  });
});

describe('an address nobody serves', () => {
  it('is 404 as a problem, which does not repeat the query', async () => {
    const answer = await client.get('/nowhere?token=secret');
    expectProblem(answer, 404, 'NOT_FOUND');
    expect(answer.text).not.toContain('secret');
    expectProblem(await client.send('DELETE', '/workflow/instances/x'), 404, 'NOT_FOUND');
  });
});

it('answers with the correlation id it was given, and logs what it starts under it', async () => {
  const answer = await client.post(START, order('X'), { 'x-correlation-id': 'mine-1' });
  expect(answer.headers.get('x-correlation-id')).toBe('mine-1');
  expect((await client.instance(answer.body.instanceId)).correlationId).toBe('mine-1');
});
