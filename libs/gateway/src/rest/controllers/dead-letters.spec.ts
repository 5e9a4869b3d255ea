import 'reflect-metadata';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RestLab, type Host } from '../../../../../test/rest/host-lab.js';
import { RoleAuthenticator } from '../../../../../test/rest/role-authenticator.js';
import { asWorkflow, Breaks, Quick, Waits } from '../../../../../test/runner/lab.js';

const lab = new RestLab();
let host: Host;
let runner: WorkflowRunnerService;
beforeEach(async () => {
  const workflows = [Waits, Breaks, Quick, asWorkflow(Breaks, { nameSpace: 'shop', name: 'order' })];
  host = await lab.boot('fastify', {
    rest: { authenticator: new RoleAuthenticator() },
    runner: { workflows },
  });
  runner = host.app.get(WorkflowRunnerService);
});
afterEach(() => lab.clear());

const list = (query = '', token = 'viewer') => host.ask('GET', `/workflow/dead-letters${query}`, { token });
const post = (path: string, body: unknown, token = 'operator') =>
  host.ask('POST', `/workflow/dead-letters/${path}`, { token, body });

async function ids(query?: string, token?: string): Promise<string[]> {
  const { body } = await list(query, token);
  return (body['items'] as { id: string }[]).map(({ id }) => id);
}

async function failed(workflowId = 'breaks', options = {}): Promise<string> {
  const id = await runner.startWorkflow(workflowId, null, { broken: true }, options);
  await runner.waitForCompletion(id, { timeoutMs: 5_000 });
  return id;
}

describe('GET /dead-letters', () => {
  it('answers failed instances with what a person needs to decide', async () => {
    await runner.startWorkflow('quick');
    const id = await failed('shop.order', { correlationId: 'c-1', tags: { region: 'eu' } });
    const { status, body } = await list();
    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          id,
          workflowId: 'shop.order@1.0.0',
          version: '1.0.0',
          tags: { region: 'eu' },
          tenantId: null,
          correlationId: 'c-1',
          priority: 'normal',
          error: {
            message: 'it is broken',
            code: 'EBROKEN',
            category: 'unknown',
            step: 'FailWhileBroken',
            attempt: 1,
          },
          attempts: 1,
          pointerId: expect.any(String) as string,
          createdAt: moment,
          startedAt: moment,
          failedAt: moment,
          revision: expect.any(Number) as number,
        },
      ],
      nextCursor: null,
    });
  });

  it('finds them by what is known, page by page', async () => {
    const [one, two] = [await failed(), await failed('shop.order', { correlationId: 'call-77' })];
    const at = (ms: number) => encodeURIComponent(new Date(Date.now() + ms).toISOString());
    expect(await ids('?workflow=breaks')).toEqual([one]);
    expect(await ids('?category=unknown&code=EBROKEN')).toEqual([two, one]);
    expect(await ids('?category=timeout')).toEqual([]);
    expect(await ids('?code=OTHER')).toEqual([]);
    expect(await ids('?search=ll-77')).toEqual([two]);
    expect(await ids(`?failedFrom=${at(-60_000)}&failedTo=${at(60_000)}`)).toEqual([two, one]);
    expect(await ids(`?failedFrom=${at(60_000)}`)).toEqual([]);
    const first = (await list('?limit=1')).body;
    expect(await ids(`?limit=1&cursor=${String(first['nextCursor'])}`)).toEqual([one]);
  });

  it.each(['?category=bad', '?failedFrom=yesterday', '?limit=0', '?cursor=x', '?status=failed'])(
    'refuses %s',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    },
  );

  it('shows a caller those of their tenant', async () => {
    const mine = await failed('breaks', { tenantId: 'acme' });
    const theirs = await failed('breaks', { tenantId: 'other' });
    expect(await ids('', 'viewer@acme')).toEqual([mine]);
    expect(await ids(`?search=${theirs}`, 'viewer@acme')).toEqual([]);
    expect(await ids('', 'viewer')).toEqual([theirs, mine]);
  });
});

describe('POST /dead-letters/:id/retry', () => {
  it('goes on from what failed, with edited data', async () => {
    const id = await failed();
    const [letter] = (await list()).body['items'] as { pointerId: string }[];
    const wrong = await post(`${id}/retry`, { fromPointer: 'nothing' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    const answer = await post(`${id}/retry`, { data: { broken: false }, fromPointer: letter?.pointerId });
    expect(answer).toMatchObject({ status: 200, body: { success: true, instanceId: id } });
    expect(await runner.waitForCompletion(id, { timeoutMs: 5_000 })).toMatchObject({ status: 'completed' });
    expect(await ids()).toEqual([]);
  });
});

describe('POST /dead-letters/:id/discard', () => {
  it('gives it up for a reason, with its error kept', async () => {
    const id = await failed();
    const answer = await post(`${id}/discard`, { reason: 'ordered anew' });
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, instanceId: id, status: 'cancelled' },
    });
    expect(await runner.getInstance(id)).toMatchObject({
      statusReason: 'ordered anew',
      error: { code: 'EBROKEN' },
    });
    expect((await runner.getHistory(id)).controls).toMatchObject([
      { action: 'discard', caller: { subject: 'operator' }, reason: 'ordered anew' },
    ]);
    expect(await ids()).toEqual([]);
  });

  it.each([{}, { reason: '' }, { reason: null }, { reason: 5 }, { reason: 'r', data: {} }])(
    'is refused with %j',
    async (body) => {
      const id = await failed();
      expect(await post(`${id}/discard`, body)).toMatchObject({ status: 400 });
      expect(await ids()).toEqual([id]);
    },
  );
});

describe.each([
  ['retry', {}],
  ['discard', { reason: 'r' }],
])('What has not failed', (action, body) => {
  it(`is 409 for ${action}, and what nobody knows 404`, async () => {
    const waits = await runner.startWorkflow('waits', null, { key: 'k' });
    await expect.poll(async () => (await runner.getInstance(waits))?.status).toBe('waiting');
    const refused = { status: 409, body: { code: 'INVALID_TRANSITION' } };
    expect(await post(`${waits}/${action}`, body)).toMatchObject(refused);
    expect((await runner.getInstance(waits))?.status).toBe('waiting');
    await runner.cancelWorkflow(waits);
    expect(await post(`${waits}/${action}`, body)).toMatchObject(refused);
    expect(await post(`nobody/${action}`, body)).toMatchObject({ status: 404 });
  });

  it(`of another tenant is unknown to ${action}; and it needs its permission`, async () => {
    const id = await failed('breaks', { tenantId: 'acme' });
    expect(await post(`${id}/${action}`, body, 'operator@other')).toMatchObject({ status: 404 });
    expect(await post(`${id}/${action}`, body, 'viewer@acme')).toMatchObject({ status: 403 });
    expect(await ids()).toEqual([id]);
  });
});
