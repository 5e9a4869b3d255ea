import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { largeOrder } from './order.js';
import { endServers, ServerProcess } from './server-process.js';

const WORKFLOW_MODULES = fileURLToPath(new URL('./fixtures/breaks.mjs', import.meta.url));

afterEach(endServers);

describe('many instances of a server', () => {
  it('are paused, resumed and cancelled with one request each', async () => {
    const client = new Client(await ServerProcess.start());
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await client.start('shop.order', largeOrder(`M-${n}`)));
    for (const id of ids) await client.reaches(id, 'waiting');
    const bulk = async (action: string, more = {}) => {
      const filter = { workflow: 'shop.order' };
      return (await client.post('/workflow/instances/bulk', { action, filter, ...more })).body;
    };

    expect(await bulk('pause', { dryRun: true })).toMatchObject({ matched: 5, done: 0, dryRun: true });
    expect(await bulk('pause')).toMatchObject({ success: true, matched: 5, done: 5 });
    for (const id of ids) await client.reaches(id, 'paused');
    expect(await bulk('resume')).toMatchObject({ matched: 5, done: 5, refused: 0 });
    expect(await bulk('cancel', { reason: 'recalled' })).toMatchObject({ matched: 5, done: 5 });
    for (const id of ids) await client.reaches(id, 'cancelled');
    expect(await bulk('cancel')).toMatchObject({ success: true, matched: 5, done: 0, refused: 5 });
  });

  it('that have failed stay in the dead letters over a kill, until somebody retries or discards them', async () => {
    const first = await ServerProcess.start({ env: { WORKFLOW_MODULES } });
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await new Client(first).start('test.breaks', { n }));
    for (const id of ids) await new Client(first).reaches(id, 'failed');
    first.signal('SIGKILL');
    await first.exit;

    const { folder } = first;
    const client = new Client(await ServerProcess.start({ folder, env: { WORKFLOW_MODULES } }));
    const letters = async () => (await client.get('/workflow/dead-letters?code=EBROKEN')).body.items;
    expect((await letters()).map(({ id }) => id)).toEqual([...ids].reverse());
    const [mended, discarded, left] = ids;
    await client.post(`/workflow/dead-letters/${mended}/retry`, { data: { mended: true } });
    await client.post(`/workflow/dead-letters/${discarded}/discard`, { reason: 'too old' });

    await client.reaches(mended!, 'completed');
    await client.reaches(discarded!, 'cancelled');
    expect((await letters()).map(({ id }) => id)).toEqual([left]);
    const retry = { action: 'retry', filter: { workflow: 'test.breaks', status: 'failed' } };
    const { body } = await client.post('/workflow/instances/bulk', retry);
    expect(body).toMatchObject({ matched: 1, done: 1 });
    await client.reaches(left!, 'failed');
  });
});
