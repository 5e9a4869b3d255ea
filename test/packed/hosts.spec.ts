import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hosted } from './hosted.js';
import { PackedApp, type PackedAppParts } from './packed-app.js';

const HOSTS: Readonly<Record<string, Omit<PackedAppParts, 'files'>>> = {
  'nest12-fastify': {
    type: 'module',
    dependencies: { ...nest('^12.0.0'), '@nestjs/platform-fastify': '^12.0.0' },
  },
  'nest11-express': {
    type: 'commonjs',
    dependencies: { ...nest('^11.0.0'), '@nestjs/platform-express': '^11.0.0', '@types/express': '^5.0.0' },
  },
};

function nest(range: string): Record<string, string> {
  return {
    '@nestjs/common': range,
    '@nestjs/core': range,
    '@nestjs/schedule': range === '^11.0.0' ? '^6.0.0' : range,
    '@nestjs/swagger': range,
    '@nestjs/terminus': '^12.0.0',
    '@types/node': '^20.19.0',
    'reflect-metadata': '^0.2.2',
    rxjs: '^7.8.2',
    typescript: range === '^11.0.0' ? '~5.9.0' : '~6.0.3',
  };
}

const CLOSES = 200;
/** About how long such an application takes to start, in ms. */
const START_MS = 120;

describe.each(Object.keys(HOSTS))("A stranger's application: %s", (name) => {
  let app: PackedApp;
  let complaints: string;

  beforeAll(async () => {
    const folder = (of: string) => join(import.meta.dirname, of);
    const files = { src: folder('app'), 'src/main.ts': folder(`${name}/main.ts`) };
    const closing = { 'src/close-at-random.ts': folder(`${name}/close-at-random.ts`) };
    app = await PackedApp.create({ ...HOSTS[name]!, files: { ...files, ...closing } });
    complaints = await app.compile();
  }, 240_000);
  afterAll(() => app.remove());

  it('compiles, with every type of every dependency checked', () => {
    expect(complaints).toBe('');
  });

  it('keeps its own guard, filter, pipe, prefix, version and cron, and has ours beside them', async () => {
    const hosted = await Hosted.start(app, 'beside.db');
    expect(await hosted.call('GET', '/v1/host')).toMatchObject({
      status: 403,
      body: { hostSays: expect.any(String) },
    });
    expect(await hosted.call('GET', '/v1/host', undefined, { 'x-host-key': 'k' })).toMatchObject({
      status: 200,
    });
    const started = await hosted.call('POST', '/workflow/start/shop.order', { ms: 1 });
    expect(started).toMatchObject({ status: 201, body: { workflowId: 'shop.order@1.0.0' } });
    const id = String(started.body['instanceId']);
    await hosted.said(`completed ${id}`);
    expect(await hosted.call('GET', `/workflow/instances/${id}`)).toMatchObject({
      status: 200,
      body: { status: 'completed', data: { ms: 1, rows: 42 } },
    });
    const wrong = await hosted.call('POST', '/workflow/events', { nonsense: true });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', success: false } });
    const refused = await hosted.call('POST', '/workflow/events', 'x'.repeat(10_000_000), {
      authorization: 'no',
    });
    expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(await hosted.call('GET', '/workflow/instances/none')).toMatchObject({
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
    const from = hosted.count('tick') + 1;
    await hosted.said('tick', from);
    const began = performance.now();
    await hosted.said('tick', from + 10);
    // Its timers are not doubled: ten ticks of a second each.
    expect(performance.now() - began).toBeGreaterThan(9_000);
    hosted.kill('SIGTERM');
    await hosted.end();
  }, 60_000);

  it('goes on after a kill in the middle of a step', async () => {
    const first = await Hosted.start(app, 'killed.db');
    const { body } = await first.call('POST', '/workflow/start/shop.order', { ms: 300 });
    await first.said('step begins');
    first.kill('SIGKILL');
    await first.end();
    const second = await Hosted.start(app, 'killed.db');
    await second.said(`completed ${String(body['instanceId'])}`);
    second.kill('SIGTERM');
    await second.end();
  }, 60_000);

  it('lets a step of three seconds finish at SIGTERM, is not ready meanwhile, and closes its own pool last', async () => {
    const hosted = await Hosted.start(app, 'drained.db');
    expect(await hosted.call('GET', '/health/ready')).toMatchObject({ status: 200 });
    const { body } = await hosted.call('POST', '/workflow/start/shop.order', { ms: 3_000 });
    await hosted.said('step begins');
    hosted.kill('SIGTERM');
    let ready = await hosted.call('GET', '/health/ready');
    while (ready.status === 200) ready = await hosted.call('GET', '/health/ready');
    expect(ready.status).toBe(503);
    expect(hosted.count('step ends')).toBe(0);
    expect(await hosted.end()).toBe(name === 'nest12-fastify' ? 0 : null);
    expect(hosted.lines.filter((line) => /^(step ends|pool closed)/.test(line))).toEqual([
      'step ends',
      'pool closed',
    ]);
    const again = await Hosted.start(app, 'drained.db');
    expect(await again.call('GET', `/workflow/instances/${String(body['instanceId'])}`)).toMatchObject({
      body: { status: 'completed' },
    });
    again.kill('SIGKILL');
    await again.end();
  }, 60_000);

  it(`leaves nothing behind when it is closed at a random moment of its start, ${CLOSES} times`, async () => {
    const database = `sqlite:${join(app.folder, 'closed.db')}`;
    const said = await app.run(
      process.execPath,
      ['dist/close-at-random.js', String(CLOSES), String(START_MS)],
      {
        DB: database,
      },
    );
    expect(said).toContain('all closed');
  }, 180_000);
});
