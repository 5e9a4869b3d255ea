import {
  FailureLog,
  PacedLoop,
  type Clock,
  type Logger,
  type NodeIdentity,
  type Publication,
  type Store,
} from '@workflow-runner/contract';

/** Somebody who must hear of everything, at least once, in order per instance, over restarts. */
export interface Sink {
  /** Stable: its place in the stream is remembered under this name. */
  readonly name: string;
  /** Rejecting means "again later": the same publications come again. */
  deliver(publications: readonly Publication[]): Promise<void>;
}

/** Publications handed over at once; the place is remembered after each lot. */
const LOT = 200;
/** Longest wait before a sink that failed is told again, in ms. */
const AGAIN_MS = 1_000;

/**
 * Tells what was committed. Each sink is served by one elected node of the store, which reads behind the sink's
 * own cursor; a slow or failing sink holds up nobody else. Nothing durable waits to be told.
 */
export class Relay {
  private readonly sinks = new Map<string, Feed>();
  private running = false;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly pollIntervalMs: number,
    private readonly node: () => NodeIdentity | null,
  ) {}

  /** @returns how to stop telling it */
  add(sink: Sink): () => Promise<void> {
    const feed = new Feed(this.store, this.clock, this.logger, this.pollIntervalMs, this.node, sink);
    this.sinks.set(sink.name, feed);
    if (this.running) feed.start();
    return async () => {
      if (this.sinks.get(sink.name) === feed) this.sinks.delete(sink.name);
      await feed.stop();
    };
  }

  /** A sink is being told something. */
  get isTelling(): boolean {
    return [...this.sinks.values()].some((feed) => feed.isTelling);
  }

  start(): void {
    this.running = true;
    for (const feed of this.sinks.values()) feed.start();
  }

  /** Something was committed here: no need to wait for the next look. */
  wake(): void {
    for (const feed of this.sinks.values()) feed.wake();
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all([...this.sinks.values()].map((feed) => feed.stop()));
  }
}

class Feed {
  private stopped = true;
  private position: number | null = null;
  private readonly turns: PacedLoop;
  private readonly log: FailureLog;

  constructor(
    private readonly store: Store,
    clock: Clock,
    logger: Logger,
    private readonly pollIntervalMs: number,
    private readonly node: () => NodeIdentity | null,
    private readonly sink: Sink,
  ) {
    this.turns = new PacedLoop(clock, () => this.turn());
    this.log = new FailureLog(logger, () => clock.monotonic(), 'relay.failed', { sink: sink.name });
  }

  get isTelling(): boolean {
    return this.turns.isBusy;
  }

  start(): void {
    this.stopped = false;
    this.turns.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.turns.stop();
  }

  wake(): void {
    this.turns.ask();
  }

  private async turn(): Promise<number> {
    const { pollIntervalMs } = this;
    try {
      await this.deliver();
      this.log.worked();
      return pollIntervalMs;
    } catch (error) {
      this.log.failed(error);
      return Math.min(pollIntervalMs, AGAIN_MS);
    }
  }

  private async deliver(): Promise<void> {
    const node = this.node();
    if (!node || !(await this.store.hold(`relay:${this.sink.name}`, node))) {
      this.position = null; // Another node serves this sink, and moves its cursor.
      return;
    }
    this.position ??= await this.store.cursor(this.sink.name);
    while (!this.stopped && (await this.deliverLot()));
  }

  /** @returns whether there may be more */
  private async deliverLot(): Promise<boolean> {
    const lot = await this.store.publications(this.position ?? 0, LOT);
    const last = lot.at(-1);
    if (!last) return false;
    await this.sink.deliver(lot);
    await this.store.saveCursor(this.sink.name, last.position);
    this.position = last.position;
    return lot.length === LOT;
  }
}
