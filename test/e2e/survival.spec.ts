import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { largeOrder, order } from './order.js';
import { endServers, ServerProcess } from './server-process.js';
import { until } from './until.js';

afterEach(endServers);

const AN_ORDER = [
  'ValidateOrder',
  'PriceOrder',
  'AskForApproval',
  'BookCourier',
  'ReserveStock',
  'ChargePayment',
  'ConfirmOrder',
  'PackOrder',
  'ShipOrder',
  'NotifyCustomer',
];

/** How often each step of the user's has completed, which must be once. */
async function completions(client: Client, id: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const attempt of await client.attempts(id)) {
    const [step = '', status] = attempt.split(' ');
    if (status === 'completed' && AN_ORDER.includes(step)) counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

const onceEach = Object.fromEntries(AN_ORDER.map((step) => [step, 1]));
const approve = (client: Client, eventKey: string) =>
  client.post('/workflow/events', {
    eventName: 'order.approved',
    eventKey,
    eventData: { approvedBy: 'Grace' },
  });

describe('orders', () => {
  it('are finished by the next process, wherever kill -9 caught them', async () => {
    const first = await ServerProcess.start();
    const client = new Client(first);
    const waiting = await client.start('shop.order', largeOrder('K-wait'));
    const packing = await client.start('shop.order', largeOrder('K-pack'));
    await client.reaches(packing, 'waiting');
    await approve(client, 'K-pack');
    await until(async () => (await client.attempts(packing)).includes('PackOrder completed'));
    const fresh = await Promise.all(['1', '2', '3'].map((n) => client.start('shop.order', order(`K-${n}`))));
    first.signal('SIGKILL');
    expect((await first.exit).signal).toBe('SIGKILL');

    const second = new Client(await ServerProcess.start({ folder: first.folder }));
    expect((await second.instance(waiting)).status).toBe('waiting');
    await approve(second, 'K-wait');
    for (const id of [waiting, packing, ...fresh]) await second.reaches(id, 'completed');
    for (const id of [waiting, packing]) expect(await completions(second, id)).toEqual(onceEach);
    for (const id of fresh)
      expect(await completions(second, id)).toEqual({ ...onceEach, AskForApproval: undefined });
  });

  it('are shared by two servers on one file, and finished by the one that is left', async () => {
    const a = await ServerProcess.start();
    const b = await ServerProcess.start({ folder: a.folder });
    expect(b.token).toBe(a.token);
    const [onA, onB] = [new Client(a), new Client(b)];
    const ids = [
      await onA.start('shop.order', largeOrder('S-1')),
      await onB.start('shop.order', largeOrder('S-2')),
    ];
    await onB.reaches(ids[0]!, 'waiting');
    await onA.reaches(ids[1]!, 'waiting');
    await approve(onB, 'S-1');
    await onA.reaches(ids[0]!, 'completed');

    a.signal('SIGKILL');
    await a.exit;
    await approve(onB, 'S-2');
    await onB.reaches(ids[1]!, 'completed');
    for (const id of ids) expect(await completions(onB, id)).toEqual(onceEach);
  });

  it('that a killed server was running are taken over by the other at once', async () => {
    const WORKFLOW_MODULES = fileURLToPath(new URL('./fixtures/slow.mjs', import.meta.url));
    const a = await ServerProcess.start({ env: { WORKFLOW_MODULES } });
    const b = await ServerProcess.start({ folder: a.folder, env: { WORKFLOW_MODULES } });
    const id = await new Client(a).start('test.slow', { ms: 1_000 });
    a.signal('SIGKILL');
    await a.exit;
    const killedAt = performance.now();
    await new Client(b).reaches(id, 'completed');
    // Far below the lease of 15 s that counts for a process that is merely silent.
    expect(performance.now() - killedAt).toBeLessThan(10_000);
  });
});
