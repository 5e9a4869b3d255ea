import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ExecutionResult, StepBody, type IWorkflow, type WorkflowBuilder } from '@workflow-runner/runner';
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

it('shows how many instances of a workflow run at once, and what waits for a slot', async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  class Wait extends StepBody {
    override async run(): Promise<ExecutionResult> {
      await gate;
      return ExecutionResult.next();
    }
  }
  const names = { nameSpace: 'shop', name: 'order', version: '1.0.0', category: 'workflow' } as const;
  const component: IWorkflow['component'] = {
    build: (builder: WorkflowBuilder<object>) => builder.startWith(Wait),
  };
  const workflows = [Small, { ...names, component, concurrency: 1 }];
  const host = await lab.boot('fastify', {
    runner: { store: new MemoryStore({ clock: new SystemClock() }), workflows },
  });
  const ask = (method: string, path: string) => host.ask(method, `/workflow/${path}`, { token: TOKEN });

  expect((await ask('GET', 'workflows')).body['items']).toMatchObject([
    { name: 'small', concurrency: null },
    { name: 'order', concurrency: 1 },
  ]);
  const [first, second] = [await ask('POST', 'start/order'), await ask('POST', 'start/order')];
  const id = (second.body as { instanceId: string }).instanceId;
  expect((await ask('GET', `instances/${id}`)).body).toMatchObject({ status: 'pending' });
  const why = { pointers: [{ waitingFor: 'slot' }] };
  expect((await ask('GET', `instances/${id}/why`)).body).toMatchObject(why);
  expect(first.status).toBe(201);
  open();
});
