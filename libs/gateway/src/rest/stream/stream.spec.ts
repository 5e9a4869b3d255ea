import 'reflect-metadata';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, describe, expect, it } from 'vitest';
import { EventReader, type StreamEvent } from '../../../../../test/rest/event-reader.js';
import {
  ADAPTERS,
  RestLab,
  type Adapter,
  type Host,
  type HostParts,
} from '../../../../../test/rest/host-lab.js';
import { RoleAuthenticator } from '../../../../../test/rest/role-authenticator.js';
import { asWorkflow, Breaks, Quick, Waits } from '../../../../../test/runner/lab.js';
import { OpenStreams } from './open-streams.js';

const lab = new RestLab();
const readers: EventReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await lab.clear();
});

const runnerOf = (host: Host) => host.app.get(WorkflowRunnerService);

async function boot(adapter: Adapter, { rest = {}, ...parts }: HostParts = {}): Promise<Host> {
  const workflows = [Quick, Waits, Breaks, asWorkflow(Quick, { nameSpace: 'shop', name: 'order' })];
  const authenticator = new RoleAuthenticator();
  return lab.boot(adapter, { rest: { authenticator, ...rest }, runner: { workflows }, ...parts });
}

async function listen(host: Host, token: string, query = '', options = {}): Promise<EventReader> {
  const reader = await EventReader.open(`${host.address}/workflow/stream${query}`, { token, ...options });
  readers.push(reader);
  return reader;
}

async function finished(host: Host, workflowId = 'quick', options = {}): Promise<string> {
  const id = await runnerOf(host).startWorkflow(workflowId, null, {}, options);
  await runnerOf(host).waitForCompletion(id, { timeoutMs: 5_000 });
  return id;
}

const of =
  (instanceId: string, event: string) =>
  ({ data }: StreamEvent): boolean =>
    data.instanceId === instanceId && data.event === event;

describe.each(ADAPTERS)('GET /stream on %s', (adapter) => {
  it('tells what becomes durable, in the shape that is documented', async () => {
    const host = await boot(adapter);
    const reader = await listen(host, 'viewer', '', { headers: { 'x-correlation-id': 'mine' } });
    expect(reader.status).toBe(200);
    expect(reader.header('x-correlation-id')).toBe('mine');
    const options = { tenantId: 'acme', correlationId: 'c-1' };
    const id = await finished(host, 'quick', options);
    const heard = await reader.until(of(id, 'completed'));
    expect(heard.map(({ data }) => data.event)).toEqual([
      'created',
      'started',
      'step.completed',
      'completed',
    ]);
    const { attempt, ...facts } = heard[2]!.data;
    expect(facts).toEqual({
      event: 'step.completed',
      instanceId: id,
      workflowId: 'default.quick@1.0.0',
      tenantId: 'acme',
      correlationId: 'c-1',
      revision: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
    expect(attempt).toMatchObject({ stepName: 'Pass', attempt: 1, status: 'completed', error: null });
    expect(attempt).not.toHaveProperty('input');
    expect(attempt).not.toHaveProperty('outcome');
  });

  it('goes on behind Last-Event-ID, without a hole and without a repetition', async () => {
    const host = await boot(adapter);
    const first = await listen(host, 'viewer');
    const one = await finished(host);
    const heard = await first.until(of(one, 'completed'));
    first.close();
    const ids = [await finished(host), await finished(host), await finished(host)];

    const { lastEventId } = first;
    const second = await listen(host, 'viewer', '', { lastEventId });
    const more = await second.until(of(ids[2]!, 'completed'));

    expect(more.map(({ data }) => data.instanceId)).toEqual(ids.flatMap((id) => [id, id, id, id]));
    expect(heard).toHaveLength(4);
  });

  it('never tells a caller of another tenant’s, whatever is asked for', async () => {
    const host = await boot(adapter);
    const theirs = await finished(host, 'quick', { tenantId: 'other' });
    const [mine, all, sly] = await Promise.all([
      listen(host, 'admin@acme', '', { lastEventId: '0' }),
      listen(host, 'admin', '', { lastEventId: '0' }),
      listen(host, 'admin@acme', `?instanceId=${theirs}`, { lastEventId: '0' }),
    ]);
    await finished(host, 'quick', { tenantId: null });
    await finished(host, 'quick', { tenantId: 'other' });
    const last = await finished(host, 'quick', { tenantId: 'acme' });

    const tenants = (heard: readonly StreamEvent[]) => [
      ...new Set(heard.map(({ data }) => data['tenantId'])),
    ];
    expect(tenants(await mine.until(of(last, 'completed')))).toEqual(['acme']);
    expect(tenants(await all.until(of(last, 'completed')))).toEqual(['other', null, 'acme']);
    await host.app.close();
    expect(await sly.rest()).toEqual([]);
  });

  it('tells only what is asked for', async () => {
    const host = await boot(adapter);
    const order = await listen(host, 'viewer', '?workflow=shop.*&event=created,completed');
    const failures = await listen(host, 'viewer', '?event=failed&event=dead-lettered');
    await finished(host);
    const orders = [await finished(host, 'shop.order'), await finished(host, 'shop.order')];
    const broken = await runnerOf(host).startWorkflow('breaks', null, { broken: true });

    expect((await order.until(of(orders[1]!, 'completed'))).map(({ data }) => data.event)).toEqual([
      ...['created', 'completed'],
      ...['created', 'completed'],
    ]);
    const failed = await failures.until(of(broken, 'dead-lettered'));
    expect(failed.map(({ data }) => data.event)).toEqual(['failed', 'dead-lettered']);
    expect(failed[0]?.data['attempt']).toMatchObject({
      error: { message: 'it is broken', code: 'EBROKEN', category: 'unknown' },
    });

    const waits = await runnerOf(host).startWorkflow('waits', null, { key: 'k' });
    const one = await listen(host, 'viewer', `?instanceId=${waits}`, { lastEventId: '0' });
    await runnerOf(host).publishEvent('go', 'k', null);
    const heard = await one.until(of(waits, 'completed'));
    expect(heard.every(({ data }) => data.instanceId === waits)).toBe(true);
  });

  it('is for those who may view', async () => {
    const host = await boot(adapter);
    const ask = (token?: string) => host.ask('GET', '/workflow/stream', { ...(token && { token }) });
    expect(await ask()).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(await ask('nobody')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(host.app.get(OpenStreams, { strict: false }).size).toBe(0);
  });

  it.each([
    ['?event=finished', {}, 'event'],
    ['?event=', {}, 'event'],
    ['?workflow=', {}, 'workflow'],
    [`?workflow=${'x'.repeat(301)}`, {}, 'workflow'],
    ['?instanceId=', {}, 'instanceId'],
    ['?tenant=acme', {}, 'tenant'],
    ['', { 'last-event-id': 'yesterday' }, 'Last-Event-ID'],
    ['', { 'last-event-id': '-1' }, 'Last-Event-ID'],
  ])('refuses %s %o as a problem', async (query, headers, path) => {
    const host = await boot(adapter);
    const answer = await host.ask('GET', `/workflow/stream${query}`, { token: 'viewer', headers });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ path }] });
  });

  it('is refused for a while when as many are open as may be', async () => {
    const host = await boot(adapter, {
      rest: { authenticator: new RoleAuthenticator(), streams: { maxOpen: 1 } },
    });
    await listen(host, 'viewer');
    const answer = await host.ask('GET', '/workflow/stream', { token: 'viewer' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'STREAM_LIMIT_REACHED' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('may be read from another origin where the host allows it', async () => {
    const host = await boot(adapter, {
      prepare: (app) => app.enableCors({ origin: 'https://shop.example' }),
    });
    const reader = await listen(host, 'viewer', '', { headers: { origin: 'https://shop.example' } });
    expect(reader.header('access-control-allow-origin')).toBe('https://shop.example');
  });

  it('never holds up the end of the application', async () => {
    const host = await boot(adapter);
    const open = [await listen(host, 'viewer'), await listen(host, 'viewer')];
    const id = await finished(host);
    for (const reader of open) expect((await reader.next())?.data.instanceId).toBe(id);
    await host.app.close();
    for (const reader of open) await reader.rest();
  });

  it('stays open for nobody who asks with HEAD', async () => {
    const host = await boot(adapter);
    const answer = await host.ask('HEAD', '/workflow/stream', { token: 'viewer' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(() => host.app.get(OpenStreams, { strict: false }).size).toBe(0);
  });

  it('leaves nothing behind when its client goes', async () => {
    const host = await boot(adapter);
    const streams = host.app.get(OpenStreams, { strict: false });
    for (let n = 0; n < 10; n += 1) await listen(host, 'viewer');
    expect(streams.size).toBe(10);
    for (const reader of readers) reader.close();
    await expect.poll(() => streams.size).toBe(0);
  });
});

it('refuses options that cannot be obeyed, by name', async () => {
  const rest = { authenticator: new RoleAuthenticator(), streams: { maxOpen: 0 } };
  await expect(boot('fastify', { rest })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    path: 'streams.maxOpen',
  });
});
