// Written against the types that are made from the document; compiled and run by typed-client.spec.ts.
import createClient from 'openapi-fetch';
import type { components, paths } from './generated.js';

type Instance = components['schemas']['WorkflowInstance'];

const [baseUrl = '', token = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });

/** Ends the process unless there are data: an error would be a problem, whose fields are typed, too. */
function dataOf<T>(result: { data?: T; error?: { code?: string; detail: string } }): T {
  if (result.data === undefined) throw new Error(`${result.error?.code}: ${result.error?.detail}`);
  return result.data;
}

async function reaches(id: string, status: Instance['status']): Promise<Instance> {
  for (;;) {
    const params = { path: { id } };
    const instance = dataOf(await client.GET('/workflow/instances/{id}', { params }));
    if (instance.status === status) return instance;
  }
}

const order = { orderId: 'T-1', customer: 'Ada', items: [{ sku: 'BOOK', quantity: 2, price: 1_000 }] };
const started = dataOf(
  await client.POST('/workflow/start/{workflowId}', {
    params: { path: { workflowId: 'shop.order' } },
    body: order,
  }),
);
const waiting = await reaches(started.instanceId, 'waiting');
const why = dataOf(
  await client.GET('/workflow/instances/{id}/why', { params: { path: { id: waiting.id } } }),
);
const event = { eventName: 'order.approved', eventKey: 'T-1', eventData: { approvedBy: 'Grace' } };
const receipt = dataOf(await client.POST('/workflow/events', { body: event }));
await reaches(waiting.id, 'completed');
const page = dataOf(
  await client.GET('/workflow/instances', { params: { query: { status: ['completed'], limit: 500 } } }),
);
const refused = await client.GET('/workflow/instances/{id}', { params: { path: { id: 'none' } } });

const words: string = why.pointers.map(({ waitingFor, eventName }) => `${waitingFor} ${eventName}`).join();
const found: boolean = page.items.some(({ id }) => id === waiting.id);
const code: components['schemas']['WorkflowErrorCode'] | undefined = refused.error?.code;
process.stdout.write(JSON.stringify({ words, accepted: receipt.accepted, found, code }));
