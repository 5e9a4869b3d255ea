import { afterEach, describe, expect, it } from 'vitest';
import { Client, type Answer } from './client.js';
import { largeOrder, order } from './order.js';
import { endServers, ServerProcess } from './server-process.js';
import { JWT_SECRET, tokenOf } from './tokens.js';
import { until } from './until.js';

afterEach(endServers);

const env = { JWT_SECRET };
const client = (server: ServerProcess, sub: string, ...roles: string[]) =>
  new Client(server, tokenOf({ sub, roles }));

const told = ({ body }: Answer) =>
  (body.items as unknown as Record<string, unknown>[]).map(
    ({ action, caller, reason }) =>
      `${String(action)} ${(caller as { subject: string }).subject} ${String(reason)}`,
  );
const verified = async (admin: Client) => (await admin.get('/workflow/audit/verify')).body;

describe('the audit trail of a server', () => {
  it('tells who has started, cancelled and published, also after kill -9, and is whole then', async () => {
    const first = await ServerProcess.start({ env });
    const ada = client(first, 'ada', 'operator');
    const id = await ada.start('shop.order', largeOrder('A-1'));
    await ada.reaches(id, 'waiting');
    await ada.post(`/workflow/instances/${id}/cancel`, { reason: 'ordered twice' });
    const published = { eventName: 'order.approved', eventKey: 'A-2' };
    await client(first, 'bob', 'admin').post('/workflow/events', published);
    const caught = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ada.start('shop.order', order(`K-${n}`))),
    );
    first.signal('SIGKILL');
    await first.exit;

    const second = await ServerProcess.start({ folder: first.folder, env });
    const admin = client(second, 'eve', 'admin');
    await until(async () => (await verified(admin))['unsealed'] === 0);

    expect(await verified(admin)).toMatchObject({ ok: true });
    const all = await admin.get('/workflow/audit?sort=oldest&limit=500');
    // The server starts an example by itself.
    expect(
      told(all)
        .filter((text) => !text.includes(' system '))
        .slice(0, 3),
    ).toEqual(['workflow:execute ada null', 'workflow:cancel ada ordered twice', 'event:publish bob null']);
    const started = await admin.get('/workflow/audit?caller=ada&action=workflow:execute&limit=500');
    const ids = started.body.items.map(({ instanceId }) => instanceId);
    expect(ids.sort()).toEqual([id, ...caught].sort());
  });

  it('has, after a stop, what was refused, and is sealed to its end', async () => {
    const first = await ServerProcess.start({ env });
    const vic = client(first, 'vic', 'viewer');
    for (let n = 0; n < 3; n += 1) expect((await vic.get('/workflow/audit')).status).toBe(403);
    await new Client(first, null).get('/workflow/instances');
    first.signal('SIGTERM');
    await first.exit;

    const second = await ServerProcess.start({ folder: first.folder, env });
    const admin = client(second, 'eve', 'admin');
    const { body } = await admin.get('/workflow/audit?result=refused&sort=oldest');

    expect(body.items).toMatchObject([
      { action: 'audit:view', caller: { subject: 'vic' }, reason: 'FORBIDDEN', details: { count: 3 } },
      { action: 'workflow:view', caller: null, reason: 'UNAUTHENTICATED', details: { count: 1 } },
    ]);
    expect(body.items).not.toContainEqual(expect.objectContaining({ seal: null }));
    expect(await verified(admin)).toMatchObject({ ok: true });
  });
});
