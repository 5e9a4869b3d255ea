import { afterEach, describe, expect, it } from 'vitest';
import { EventReader, type StreamEvent } from '../rest/event-reader.js';
import { Client } from './client.js';
import { largeOrder, order } from './order.js';
import { endServers, ServerProcess } from './server-process.js';
import { JWT_SECRET, tokenOf } from './tokens.js';

afterEach(endServers);

const open = (server: ServerProcess, lastEventId?: string, query = '', token = server.token) =>
  EventReader.open(`${server.address}/workflow/stream${query}`, {
    token,
    ...(lastEventId !== undefined && { lastEventId }),
  });

const nameOf = ({ data }: StreamEvent): string =>
  `${data.instanceId} ${String(data['revision'])} ${data.event}`;

/** What was told from the beginning on, up to an event. */
async function everything(server: ServerProcess, last: (event: StreamEvent) => boolean): Promise<string[]> {
  const reader = await open(server, '0');
  const heard = await reader.until(last);
  reader.close();
  return heard.map(nameOf);
}

describe('the stream of a server', () => {
  it('goes on in the next process behind what was heard, wherever kill -9 cut it off', async () => {
    let server = await ServerProcess.start();
    const { folder } = server;
    const client = () => new Client(server);
    const heard: StreamEvent[] = [];
    /** What has been heard whole: behind this place nothing may come again. */
    let acknowledged = '';
    let whole = 0;
    const listen = async (reader: EventReader, isOver: () => boolean) => {
      while (!isOver()) {
        const event = await reader.next();
        if (!event) return;
        heard.push(event);
        if (reader.lastEventId === acknowledged) continue;
        acknowledged = reader.lastEventId;
        whole = heard.length;
      }
    };

    const ids: string[] = [];
    for (const limit of [7, 60, 151]) {
      const reader = await open(server, acknowledged || undefined);
      if (acknowledged === '') await client().start('shop.order', order('first'));
      for (let n = 0; n < 10; n += 1) ids.push(await client().start('shop.order', order(`${limit}-${n}`)));
      await listen(reader, () => heard.length >= limit);
      server.signal('SIGKILL');
      await server.exit;
      await listen(reader, () => false);
      heard.length = whole;
      server = await ServerProcess.start({ folder });
    }
    const last = await client().start('shop.order', order('last'));
    for (const id of [...ids, last]) await client().reaches(id, 'completed');
    // In whichever order they have ended.
    const ended = ({ data }: StreamEvent) => data.event === 'completed' && data.instanceId;
    const over = () => [...ids, last].every((id) => heard.some((event) => ended(event) === id));
    await listen(await open(server, acknowledged), over);

    const told = heard.map(nameOf);
    const all = await everything(server, (event) => nameOf(event) === told.at(-1));
    expect(told).toEqual(all.slice(-told.length));
    expect(new Set(told).size).toBe(told.length);
    for (const id of ids)
      expect(told.filter((name) => name.startsWith(id) && name.endsWith(' completed'))).toHaveLength(1);
  });

  it('ends with the server, which it does not hold up', async () => {
    const server = await ServerProcess.start();
    const readers = [await open(server), await open(server)];
    const id = await new Client(server).start('shop.order', largeOrder('S-1'));
    await new Client(server).reaches(id, 'waiting');
    server.signal('SIGTERM');
    const exit = await server.exit;
    expect(exit.code).toBe(0);
    expect(exit.afterMs).toBeLessThan(1_900);
    for (const reader of readers) {
      const heard = await reader.rest();
      expect(heard.at(-1)?.data).toMatchObject({ instanceId: id, event: 'waiting' });
    }
  });

  it('hears of what another server on the same file does', async () => {
    const a = await ServerProcess.start();
    const b = await ServerProcess.start({ folder: a.folder });
    const reader = await open(b, undefined, '?event=completed&workflow=shop.*');
    const id = await new Client(a).start('shop.order', order('B-1'));
    const [event] = await reader.until(({ data }) => data.instanceId === id);
    expect(event?.data).toMatchObject({ event: 'completed', workflowId: 'shop.order@1.0.0' });
    reader.close();
  });

  it('tells a tenant of its own, and nobody without a token', async () => {
    const server = await ServerProcess.start({ env: { JWT_SECRET } });
    const of = (tenant?: string) => tokenOf({ roles: ['admin'], ...(tenant !== undefined && { tenant }) });
    const acme = await open(server, '0', '', of('acme'));
    const other = new Client(server, of('other'));
    await other.reaches(await other.start('shop.order', order('O-1')), 'completed');
    const mine = new Client(server, of('acme'));
    const id = await mine.start('shop.order', order('A-1'));
    const heard = await acme.until(({ data }) => data.event === 'completed');
    expect([...new Set(heard.map(({ data }) => data.instanceId))]).toEqual([id]);
    acme.close();
    expect((await new Client(server, null).get('/workflow/stream')).status).toBe(401);
    expect((await new Client(server, tokenOf({ roles: ['nobody'] })).get('/workflow/stream')).status).toBe(
      403,
    );
  });
});
