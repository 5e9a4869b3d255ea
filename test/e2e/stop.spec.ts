import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { endServers, ServerProcess } from './server-process.js';
import { until } from './until.js';

/** What a stop may take beyond the step it waits for, on a machine that has other things to do. */
const MARGIN_MS = 4_000;
const WORKFLOW_MODULES = fileURLToPath(new URL('./fixtures/slow.mjs', import.meta.url));

afterEach(endServers);

/** A server with one instance in the middle of a step. */
async function busy(data: object) {
  const server = await ServerProcess.start({ env: { WORKFLOW_MODULES } });
  const client = new Client(server);
  const id = await client.start('test.slow', data);
  await client.reaches(id, 'running');
  return { server, client, id };
}

async function statusAfterRestart(folder: string, id: string) {
  const client = new Client(await ServerProcess.start({ folder, env: { WORKFLOW_MODULES } }));
  return client.reaches(id, 'completed');
}

describe('the server', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a running step finish at %s, and exits with 0',
    async (signal) => {
      const { server, id } = await busy({ ms: 1_500 });
      server.signal(signal);
      const exit = await server.exit;
      expect([exit.code, exit.signal]).toEqual([0, null]);
      expect(exit.afterMs).toBeLessThan(1_500 + MARGIN_MS);
      const again = await ServerProcess.start({
        folder: server.folder,
        env: { WORKFLOW_MODULES },
      });
      expect(await new Client(again).instance(id)).toMatchObject({
        status: 'completed',
        data: { finished: true },
      });
      expect(await new Client(again).attempts(id)).toEqual(['Slow completed']);
    },
  );

  it('exits at once when nothing runs', async () => {
    const server = await ServerProcess.start();
    server.signal('SIGTERM');
    const exit = await server.exit;
    expect(exit.code).toBe(0);
    expect(exit.afterMs).toBeLessThan(MARGIN_MS);
    expect(server.errors).toBe('');
  });

  it('leaves a step behind that outlasts the drain limit, and exits with 0', async () => {
    const { server, id } = await busy({ ms: 13_000, obeys: false });
    server.signal('SIGTERM');
    const exit = await server.exit;
    expect(exit.code).toBe(0);
    expect(exit.afterMs).toBeGreaterThan(9_000);
    expect(exit.afterMs).toBeLessThan(13_000);
    const again = await ServerProcess.start({ folder: server.folder, env: { WORKFLOW_MODULES } });
    await new Client(again).reaches(id, 'running');
  });

  it('exits at once with 130 at a second Ctrl-C', async () => {
    const { server, id } = await busy({ ms: 5_000 });
    server.signal('SIGINT');
    const stopping = performance.now();
    await until(() => performance.now() - stopping > 400);
    server.signal('SIGINT');
    const exit = await server.exit;
    expect(exit.code).toBe(130);
    expect(exit.afterMs).toBeLessThan(1_000);
    expect((await statusAfterRestart(server.folder, id)).data.finished).toBe(true);
  });

  it('takes no new work while it drains', async () => {
    const { server, client } = await busy({ ms: 2_000 });
    server.signal('SIGTERM');
    await until(() => server.output.includes('server.stopping'));
    const answer = await client.post('/workflow/start/test.slow', {}).catch(() => null);
    expect([null, 503]).toContain(answer?.status ?? null);
    expect((await server.exit).code).toBe(0);
  });

  it('is not ready while it drains, lives, and says so', async () => {
    const { server, client } = await busy({ ms: 3_000 });
    expect((await client.get('/health/ready')).status).toBe(200);
    server.signal('SIGTERM');
    await until(async () => (await client.get('/health/ready')).status === 503);
    const { body } = await client.get('/health/ready');
    expect(body).toMatchObject({ error: { workflow: { status: 'down', state: 'stopping' } } });
    expect((await client.get('/health/live')).status).toBe(200);
    const refused = await client.post('/workflow/start/test.slow', {});
    expect([refused.status, refused.body.code]).toEqual([503, 'STOPPING']);
    expect((await server.exit).code).toBe(0);
  });

  it('outlives a rejection that somebody forgot to catch, and logs it', async () => {
    const server = await ServerProcess.start({ env: { WORKFLOW_MODULES } });
    const client = new Client(server);
    await client.reaches(await client.start('test.careless', {}), 'completed');
    await until(() => server.output.includes('nobody caught me'));
    expect((await client.get('/health/live')).status).toBe(200);
  });
});
