import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from './tcp-proxy.js';

/** Long enough that what could arrive has arrived. */
const A_WHILE_MS = 100;

/** What the server has heard, from all connections. */
let heard = '';
let accepted: Socket[];
let server: Server;
let proxy: TcpProxy;
let clients: Socket[];

beforeEach(async () => {
  [heard, accepted, clients] = ['', [], []];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('data', (bytes: Buffer) => {
      if (bytes.length < 100) heard += bytes.toString();
      socket.write(bytes);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await TcpProxy.before({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy.cut();
  if (server.listening) await once(server.close(), 'close');
});

/** A client that is connected, all the way to the server. */
async function join(): Promise<Client> {
  const client = new Client(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
  clients.push(client.socket);
  await once(client.socket, 'connect');
  await client.say('hello ');
  await until(() => client.received.includes('hello '));
  [heard, client.received] = ['', ''];
  return client;
}

class Client {
  received = '';
  /** The code of the error with which it ended, or `closed`. */
  readonly end: Promise<string>;

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => (this.received += bytes.toString()));
    this.end = new Promise((resolve) => {
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('close', () => resolve('closed'));
    });
  }

  say(text: string): Promise<void> {
    return new Promise((resolve) => this.socket.write(text, () => resolve()));
  }
}

describe('a network that is well', () => {
  it('carries all bytes both ways, and the end of what one side has to say', async () => {
    const sent = randomBytes(20_000_000);
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    clients.push(client);
    client.end(sent);
    expect(Buffer.compare(await buffer(client), sent)).toBe(0);
    await until(() => proxy.open === 0);
    expect(proxy.counts).toEqual({
      connections: 1,
      lostAnswers: 0,
      bytes: { requests: sent.length, answers: sent.length },
    });
  });

  it('tells one side that the other has broken off', async () => {
    const [one, other] = [await join(), await join()];
    accepted[0]?.resetAndDestroy();
    expect(await one.end).toBe('ECONNRESET');
    const told = once(accepted[1]!, 'error');
    other.socket.resetAndDestroy();
    expect((await told)[0]).toHaveProperty('code', 'ECONNRESET');
  });

  it('breaks off what the server does not take', async () => {
    server.close();
    const client = new Client(connect(proxy.port, '127.0.0.1'));
    expect(await client.end).toBe('ECONNRESET');
  });
});

describe('a cut', () => {
  it('resets what is open on both sides and refuses what is new, until it has healed', async () => {
    const client = await join();
    const told = once(accepted[0]!, 'error');
    await proxy.cut();
    expect(await client.end).toBe('ECONNRESET');
    expect((await told)[0]).toHaveProperty('code', 'ECONNRESET');
    expect(proxy.open).toBe(0);
    expect(await new Client(connect(proxy.port, '127.0.0.1')).end).toBe('ECONNREFUSED');

    const { port } = proxy;
    await proxy.heal();
    expect(proxy.port).toBe(port);
    await join();
  });

  it('loses what was on its way', async () => {
    const client = await join();
    proxy.delay(A_WHILE_MS / 2);
    await client.say('lost');
    await until(() => proxy.open === 1);
    await proxy.cut();
    await proxy.heal();
    await pause(A_WHILE_MS);
    expect(heard).toBe('');
  });

  it('may be cut and healed twice', async () => {
    await proxy.cut();
    await proxy.cut();
    await proxy.heal();
    await proxy.heal();
    await join();
  });
});

describe('a stall', () => {
  it('keeps everything, and lets it arrive in order', async () => {
    const client = await join();
    proxy.stall();
    for (const word of ['a', 'b', 'c']) await client.say(word);
    await pause(A_WHILE_MS);
    expect([heard, client.received]).toEqual(['', '']);
    await proxy.heal();
    await until(() => client.received === 'abc');
    expect(heard).toBe('abc');
  });

  it('of requests lets answers through', async () => {
    const client = await join();
    proxy.stall('requests');
    await client.say('kept');
    accepted[0]?.write('told');
    await until(() => client.received === 'told');
    await pause(A_WHILE_MS);
    expect([heard, client.received]).toEqual(['', 'told']);
  });

  it('of answers lets requests through', async () => {
    const client = await join();
    proxy.stall('answers');
    await client.say('done');
    await until(() => heard === 'done');
    await pause(A_WHILE_MS);
    expect(client.received).toBe('');
  });

  it('brings what a client sent before it went away', async () => {
    const client = await join();
    proxy.stall();
    await client.say('late');
    client.socket.end();
    await pause(A_WHILE_MS);
    expect(heard).toBe('');
    await proxy.heal();
    await until(() => heard === 'late');
    await until(() => proxy.open === 0);
  });

  it('is felt by whoever goes on sending', async () => {
    const client = await join();
    proxy.stall('requests');
    client.socket.write(Buffer.alloc(50_000_000));
    await pause(3 * A_WHILE_MS);
    expect(client.socket.writableLength).toBeGreaterThan(0);
  });

  it('begins for clients that come later, too', async () => {
    proxy.stall();
    const client = new Client(connect(proxy.port, '127.0.0.1'));
    clients.push(client.socket);
    await client.say('kept');
    await pause(A_WHILE_MS);
    expect(heard).toBe('');
  });
});

describe('a delay', () => {
  it('takes its time in each direction and keeps the order', async () => {
    const client = await join();
    proxy.delay(60);
    const from = performance.now();
    await client.say('a');
    await pause(20);
    await client.say('b');
    await until(() => client.received === 'ab');
    expect(performance.now() - from).toBeGreaterThanOrEqual(140);
    expect(heard).toBe('ab');
  });

  it('lets the end come after what was said', async () => {
    const client = await join();
    proxy.delay(20);
    await client.say('last words');
    client.socket.end();
    await until(() => proxy.open === 0);
    expect([heard, client.received]).toEqual(['last words', 'last words']);
  });

  it('is over when it has healed, also for what is on its way', async () => {
    const client = await join();
    proxy.delay(600_000);
    await client.say('a');
    await pause(A_WHILE_MS);
    await proxy.heal();
    await client.say('b');
    await until(() => client.received === 'ab');
  });
});

describe('lost answers', () => {
  it('are lost after the request was heard, and the connection is reset on both sides', async () => {
    const client = await join();
    const told = once(accepted[0]!, 'error');
    proxy.dropAnswers();
    await client.say('done');
    expect(await client.end).toBe('ECONNRESET');
    expect((await told)[0]).toHaveProperty('code', 'ECONNRESET');
    expect([heard, client.received, proxy.counts.lostAnswers]).toEqual(['done', '', 1]);
  });

  it('are lost no more when it has healed', async () => {
    proxy.dropAnswers();
    await proxy.heal();
    const client = await join();
    await client.say('again');
    await until(() => client.received === 'again');
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(2);
}
