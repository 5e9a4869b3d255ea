import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { endServers, ServerProcess } from './server-process.js';

afterEach(endServers);

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

describe('WORKFLOW_MODULES', () => {
  it('may name Nest modules beside lists of workflows: what they provide is injected into their steps', async () => {
    const WORKFLOW_MODULES = [fixture('nest-module.mjs'), fixture('slow.mjs')].join();
    const client = new Client(await ServerProcess.start({ env: { WORKFLOW_MODULES } }));
    const quoted = await client.reaches(await client.start('shop.quote', { sku: 'BOOK' }), 'completed');
    expect(quoted.data).toEqual({ sku: 'BOOK', price: 12 });
    await client.reaches(await client.start('test.slow', { ms: 1 }), 'completed');
  });
});
