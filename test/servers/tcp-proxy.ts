import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TcpFlow, type Weather } from './tcp-flow.js';

export type Direction = 'requests' | 'answers';

/** What has happened since the proxy was opened. */
export interface ProxyCounts {
  /** Connections that clients have made. */
  connections: number;
  /** Of them those whose answer was swallowed. */
  lostAnswers: number;
  /** Bytes that have reached the other side. */
  readonly bytes: Record<Direction, number>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly flows: readonly TcpFlow[];
}

/**
 * A network between clients and a server that does what a test wants. It may be late (`delay`), stalled (`stall`) and
 * losing answers (`dropAnswers`), all at once, until `heal`. When it is `cut` nothing listens and nothing is connected;
 * that is also its end, and `heal` opens it at the same port.
 */
export class TcpProxy {
  readonly counts: ProxyCounts = { connections: 0, lostAnswers: 0, bytes: { requests: 0, answers: 0 } };

  private readonly weather: Readonly<Record<Direction, Weather>> = {
    requests: { delayMs: 0, isStalled: false },
    answers: { delayMs: 0, isStalled: false },
  };
  private readonly links = new Set<Link>();
  private dropsAnswers = false;
  private listener: Server | null = null;
  private ownPort = 0;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  /** Opens one on a free port of 127.0.0.1. */
  static async before(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.listen();
    return proxy;
  }

  /** Where clients connect to; the same after a cut. */
  get port(): number {
    return this.ownPort;
  }

  /** Connections that are there now. */
  get open(): number {
    return this.links.size;
  }

  /** Resets all connections and refuses new ones; what was on its way is lost. */
  async cut(): Promise<void> {
    const listener = this.listener;
    this.listener = null;
    const closed = [...this.links].map(reset);
    if (listener) closed.push(closing(listener.close()));
    await Promise.all(closed);
  }

  /** All is well again; what was stalled arrives now, also of clients that have gone in the meantime. */
  async heal(): Promise<void> {
    this.dropsAnswers = false;
    this.change({ delayMs: 0, isStalled: false }, ['requests', 'answers']);
    await this.listen();
  }

  /** Keeps all bytes, of one direction or of both. Connections can still be made. */
  stall(...directions: Direction[]): void {
    this.change({ isStalled: true }, directions.length > 0 ? directions : ['requests', 'answers']);
  }

  /** Everything takes so much longer in each direction, a round trip twice as much. */
  delay(ms: number): void {
    this.change({ delayMs: ms }, ['requests', 'answers']);
  }

  /** Requests reach the server and are carried out; instead of its answer the client sees a reset. */
  dropAnswers(): void {
    this.dropsAnswers = true;
  }

  private change(weather: Partial<Weather>, directions: readonly Direction[]): void {
    for (const direction of directions) Object.assign(this.weather[direction], weather);
    for (const { flows } of this.links) for (const flow of flows) flow.move();
  }

  private async listen(): Promise<void> {
    if (this.listener) return;
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.join(client));
    await once(listener.listen(this.ownPort, '127.0.0.1'), 'listening');
    this.listener = listener;
    this.ownPort = (listener.address() as AddressInfo).port;
  }

  private join(client: Socket): void {
    this.counts.connections += 1;
    const server = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    const link: Link = {
      client,
      server,
      flows: [
        new TcpFlow(client, server, this.weather.requests, (bytes) => this.count('requests', bytes)),
        new TcpFlow(server, client, this.weather.answers, (bytes) =>
          this.dropsAnswers ? this.drop(link) : this.count('answers', bytes),
        ),
      ],
    };
    this.links.add(link);
    const left = () => client.destroyed && server.destroyed && this.links.delete(link);
    client.on('close', left);
    server.on('close', left);
  }

  private count(direction: Direction, bytes: Buffer): true {
    this.counts.bytes[direction] += bytes.length;
    return true;
  }

  private drop(link: Link): false {
    this.counts.lostAnswers += 1;
    void reset(link);
    return false;
  }
}

/** Resolves when both sides are closed. */
async function reset({ client, server }: Link): Promise<void> {
  const open = [client, server].filter((socket) => !socket.destroyed);
  await Promise.all(open.map((socket) => closing(socket.resetAndDestroy())));
}

/** Other than by `once`, an error on the way is no matter. */
function closing(closable: Socket | Server): Promise<void> {
  return new Promise((resolve) => closable.once('close', () => resolve()));
}
