import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, expect, it } from 'vitest';
import { RestLab, Small, TOKEN } from '../../../../../test/rest/host-lab.js';

const lab = new RestLab();
afterEach(() => lab.clear());

it('a process without classes shows and starts what others have registered', async () => {
  const store = new MemoryStore({ clock: new SystemClock() });
  await lab.boot('fastify', { runner: { store, workflows: [Small] } });
  const api = await lab.boot('fastify', { runner: { store, workflows: [], execute: false } });
  const ask = (method: string, path: string) => api.ask(method, `/workflow/${path}`, { token: TOKEN });

  const { body: list } = await ask('GET', 'workflows');
  expect(list['items']).toMatchObject([{ id: 'default.small@1.0.0', name: 'small' }]);
  expect((await ask('GET', 'workflows/small')).body).toMatchObject({ id: 'default.small@1.0.0' });
  expect((await ask('GET', 'workflows/small/graph')).body).toMatchObject({ nodes: [{ id: 0 }], edges: [] });
  expect((await ask('POST', 'start/small')).status).toBe(201);
  expect((await ask('POST', 'start/large')).status).toBe(404);
});
