import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { largeOrder, order } from './order.js';
import { endServers, ServerProcess } from './server-process.js';

let client: Client;
beforeAll(async () => {
  client = new Client(await ServerProcess.start());
});
afterAll(endServers);

describe('the order of the examples', () => {
  it('waits for its approval, says so, and is shipped after the event', async () => {
    const id = await client.start('shop.order', largeOrder('WAIT'));
    await client.reaches(id, 'waiting');

    const why = await client.get(`/workflow/instances/${id}/why`);
    expect(why.body).toMatchObject({
      instanceId: id,
      status: 'waiting',
      pointers: [{ waitingFor: 'event', eventName: 'order.approved', eventKey: 'WAIT' }],
    });

    const event = { eventName: 'order.approved', eventKey: 'WAIT', eventData: { approvedBy: 'Grace' } };
    expect((await client.post('/workflow/events', event)).status).toBe(202);
    const { data } = await client.reaches(id, 'completed');
    expect(data).toMatchObject({ total: 9_000, approval: { approvedBy: 'Grace' }, courier: 'bike' });
    expect(data.shipment).toBe(`parcel:${id}:${String(data.shipment).split(':')[2]}`);
    expect(data.message).toContain('is on its way');
  });

  it('is not moved by the approval of another order', async () => {
    const [mine, other] = [
      await client.start('shop.order', largeOrder('A')),
      await client.start('shop.order', largeOrder('B')),
    ];
    await Promise.all([mine, other].map((id) => client.reaches(id, 'waiting')));
    await client.post('/workflow/events', { eventName: 'order.approved', eventKey: 'B' });
    await client.reaches(other, 'completed');
    expect((await client.instance(mine)).status).toBe('waiting');
  });

  it('needs no approval when it is small', async () => {
    const id = await client.start('shop.order', order('A-1'));
    const { data } = await client.reaches(id, 'completed');
    expect(data).toMatchObject({ total: 25, confirmed: true });
    expect(data).not.toHaveProperty('approval');
  });

  it.each([
    ['courier', []],
    ['stock', ['courier']],
    ['payment', ['reservation', 'courier']],
  ])('undoes what was done, the last first, when %s fails', async (failAt, undone) => {
    const id = await client.start('shop.order', order('A-1', { failAt }));
    const { data } = await client.reaches(id, 'completed');
    expect(data.undone ?? []).toEqual(undone);
    expect(data.message).toContain('nothing was charged');
    for (const key of ['courier', 'reservation', 'payment', 'shipment']) expect(data).not.toHaveProperty(key);
    const attempts = await client.attempts(id);
    expect(attempts.filter((attempt) => attempt.startsWith('NotifyCustomer'))).toEqual([
      'NotifyCustomer completed',
    ]);
  });

  it('undoes the saga for an article that is sold out', async () => {
    const items = [{ sku: 'SOLD-OUT', quantity: 1, price: 1 }];
    const id = await client.start('shop.order', order('A-1', { items }));
    expect((await client.reaches(id, 'completed')).data.undone).toEqual(['courier']);
  });

  it('fails at once when its input is wrong, and is mended by a retry with other data', async () => {
    const id = await client.start('shop.order', order('A-1', { items: [] }));
    const failed = await client.reaches(id, 'failed');
    expect(failed.error).toMatchObject({ category: 'validation', step: 'ValidateOrder', attempt: 1 });
    const retried = await client.post(`/workflow/instances/${id}/retry`, { data: order('A-1') });
    expect(retried.status).toBe(200);
    await client.reaches(id, 'completed');
  });
});
