import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { StoreUnavailableError } from '@workflow-runner/contract';
import type { Feed, WorkflowRunner } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventReader } from '../../../../../test/rest/event-reader.js';
import { LogBook, Quick, RunnerLab } from '../../../../../test/runner/lab.js';
import { OpenStreams } from './open-streams.js';
import { STREAM_DEFAULTS, type StreamOptions } from './stream-options.js';

const lab = new RunnerLab();
let runner: WorkflowRunner;
let server: Server;
let sockets: Socket[];
/** Connections on the side of the server on which streams were asked for. */
let asked: Socket[];
let feeds: Feed[];
let refusals: unknown[];
let beforeFeed: () => Promise<void>;

beforeEach(async () => {
  sockets = [];
  asked = [];
  feeds = [];
  refusals = [];
  beforeFeed = () => Promise.resolve();
  runner = await lab.run({ workflows: [Quick] });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await lab.clear();
});

/** A server whose every path is a stream. */
async function serve(options: Partial<StreamOptions> = {}) {
  const streams = new OpenStreams({ ...STREAM_DEFAULTS, ...options }, new LogBook());
  server = createServer((request, response) => {
    const header = request.headers['last-event-id'];
    const after = typeof header === 'string' ? Number(header) : undefined;
    const openFeed = async () => {
      await beforeFeed();
      asked.push(request.socket);
      const feed = await runner.feed({ after });
      feeds.push(feed);
      return feed;
    };
    streams
      .open({ response, takeOver: () => undefined, openFeed, after: after ?? 0 })
      .catch((error: unknown) => {
        refusals.push(error);
        response.writeHead(503).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { streams, port, url: `http://127.0.0.1:${port}/` };
}

/** A client that asks for a stream and takes nothing of it. */
async function deaf(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return socket;
}

async function startMany(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 500) {
    const requests = Array.from({ length: Math.min(500, left) }, () => ({ workflowId: 'quick' }));
    await runner.startWorkflows(requests);
  }
  await expect.poll(() => runner.countActive(), { timeout: 20_000 }).toBe(0);
}

/** Everything a client held is given back. */
async function allGone(streams: OpenStreams): Promise<void> {
  await expect.poll(() => streams.size, { timeout: 5_000 }).toBe(0);
  for (const feed of feeds) expect(await feed[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  await expect.poll(() => asked.every((socket) => socket.destroyed)).toBe(true);
}

describe('A stream', () => {
  it('is nothing that anybody between keeps, gathers or changes, and tells what becomes durable', async () => {
    const { url } = await serve();
    const reader = await EventReader.open(url);
    expect(reader.status).toBe(200);
    expect(reader.header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(reader.header('cache-control')).toBe('no-cache, no-store, no-transform');
    expect(reader.header('x-accel-buffering')).toBe('no');

    const id = await runner.startWorkflow('quick');
    const heard = await reader.until(({ data }) => data.event === 'completed');
    expect(heard.map(({ data }) => data.event)).toEqual([
      'created',
      'started',
      'step.completed',
      'completed',
    ]);
    expect(heard.every(({ type, data }) => type === 'message' && data.instanceId === id)).toBe(true);
    expect(reader.retryMs).toBe(3_000);
    reader.close();
  });

  it('gives its place at once, so that a client that is cut off at once misses nothing', async () => {
    const { url } = await serve({ maxAgeMs: 20 });
    const reader = await EventReader.open(url);
    expect(await reader.rest()).toEqual([]);
    const id = await runner.startWorkflow('quick');
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });

    const again = await EventReader.open(url, { lastEventId: reader.lastEventId });
    expect((await again.rest()).map(({ data }) => data.event)).toContain('completed');
  });

  it('says first when something behind the place of its client is gone', async () => {
    const { url } = await serve({ maxAgeMs: 20 });
    const reader = await EventReader.open(url, { lastEventId: '5000000' });
    expect(await reader.rest()).toMatchObject([{ type: 'gap', data: { event: 'gap', after: 5_000_000 } }]);
    expect(reader.lastEventId).not.toBe('5000000');
  });

  it('shows a sign of life while nothing happens', async () => {
    const { url } = await serve({ heartbeatMs: 10, maxAgeMs: 200 });
    const reader = await EventReader.open(url);
    expect(await reader.rest()).toEqual([]);
    expect(reader.comments).toBeGreaterThan(2);
  });

  it('holds nothing any more when its client has gone', async () => {
    const { streams, url } = await serve();
    const readers = [];
    for (let n = 0; n < 20; n += 1) readers.push(await EventReader.open(url));
    expect(streams.size).toBe(20);
    for (const reader of readers) reader.close();
    await allGone(streams);
  });

  it('holds nothing when its client has gone before it was open', async () => {
    const { streams, url } = await serve();
    let open: () => void = () => undefined;
    beforeFeed = () => new Promise((resolve) => (open = resolve));
    const gone = new Promise<void>((resolve) => {
      server.once('request', ({ socket }) => socket.once('close', () => resolve()));
    });
    const abort = new AbortController();
    const answer = fetch(url, { signal: abort.signal }).catch(() => 'gone');
    await expect.poll(() => streams.size).toBe(1);
    abort.abort();
    expect(await answer).toBe('gone');
    await gone;
    open();
    await allGone(streams);
  });

  it('cuts off a client that takes nothing, which may go on behind its place; others hear everything', async () => {
    const { streams, port, url } = await serve({ stallMs: 100 });
    const reader = await EventReader.open(url);
    const slow = await deaf(port);
    await expect.poll(() => streams.size).toBe(2);
    const begun = reader.lastEventId;
    let heardByAll = 0;
    const ends = (async () => (await reader.until(() => (heardByAll += 1) === 10_000)).length)();

    await startMany(2_500);

    expect(await ends).toBe(10_000);
    await expect.poll(() => streams.size, { timeout: 10_000 }).toBe(1);
    slow.resume();
    const again = await EventReader.open(url, { lastEventId: begun });
    let heard = 0;
    await again.until(() => (heard += 1) === 10_000);
    reader.close();
    again.close();
    await allGone(streams);
  }, 60_000);

  it('keeps no more in memory for a slow client than one write', async () => {
    const { streams, port } = await serve();
    const slow = await deaf(port);
    await expect.poll(() => streams.size).toBe(1);
    const [socket] = asked;

    await startMany(2_500);

    await expect.poll(() => socket?.writableNeedDrain).toBe(true);
    expect(socket?.writableLength).toBeLessThan(100_000);
    slow.destroy();
    await allGone(streams);
  }, 30_000);

  it('answers HEAD with its headers alone', async () => {
    const { streams, url } = await serve();
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await allGone(streams);
  });
});

describe('All streams', () => {
  it('are no more than was said; one more is told to come later', async () => {
    const { streams, url } = await serve({ maxOpen: 2 });
    const readers = [await EventReader.open(url), await EventReader.open(url)];
    expect((await EventReader.open(url)).status).toBe(503);
    expect(refusals).toMatchObject([{ code: 'STREAM_LIMIT_REACHED', limit: 2, retryable: true }]);

    readers[0]?.close();
    await expect.poll(() => streams.size).toBe(1);
    const third = await EventReader.open(url);
    expect(third.status).toBe(200);
    for (const reader of [...readers, third]) reader.close();
    await allGone(streams);
  });

  it('count none that could not be opened', async () => {
    const { streams, url } = await serve();
    beforeFeed = () => Promise.reject(new StoreUnavailableError('away'));
    expect((await EventReader.open(url)).status).toBe(503);
    expect(refusals).toMatchObject([{ code: 'STORE_UNAVAILABLE' }]);
    expect(streams.size).toBe(0);
  });

  it('end when their module does, also one whose client takes nothing, and none is opened any more', async () => {
    const { streams, port, url } = await serve();
    const readers = [await EventReader.open(url), await EventReader.open(url)];
    await deaf(port);
    await expect.poll(() => streams.size).toBe(3);
    await startMany(2_500);
    await expect.poll(() => asked.some((socket) => socket.writableNeedDrain)).toBe(true);
    const rests = readers.map((reader) => reader.rest());

    streams.onModuleDestroy();

    await Promise.all(rests);
    await allGone(streams);
    expect((await EventReader.open(url)).status).toBe(503);
    expect(refusals).toMatchObject([{ code: 'STOPPING' }]);
  }, 30_000);

  it('end when the runner stops', async () => {
    const { streams, url } = await serve();
    const reader = await EventReader.open(url);
    await runner.stop();
    expect(await reader.rest()).toEqual([]);
    await allGone(streams);
  });
});
