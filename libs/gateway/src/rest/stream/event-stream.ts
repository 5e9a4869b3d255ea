import type { ServerResponse } from 'node:http';
import type { Logger } from '@workflow-runner/contract';
import type { Feed } from '@workflow-runner/runner';
import { entryFrames, gapFrame, heartbeatFrame, openingFrame } from './frames.js';
import type { StreamOptions } from './stream-options.js';

/** How long a stream that ends may take to hand over what it has written, in ms. */
const END_GRACE_MS = 1_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Nobody between may keep or gather it; nginx is told by a header of its own.
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * One stream to one client. It reads its feed only as fast as the client takes what is written.
 *
 *   open ──the feed is over, its time is up, end()──▶ ending ──all is handed over, or the grace time──▶ closed
 *   open ──the client goes, or takes nothing for `stallMs`──▶ closed
 */
export class EventStream {
  private isEnding = false;
  /** Set while something written waits to be taken. */
  private stall: NodeJS.Timeout | null = null;
  private goOn: () => void = () => undefined;
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly feed: Feed,
    private readonly options: StreamOptions,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the connection is closed.
   * @param after where the client wanted to go on, for a gap to name
   */
  async run(after: number): Promise<void> {
    const { response, feed, options } = this;
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    response.on('drain', () => this.taken());
    response.on('error', () => response.destroy());
    // Its connection is of no more use when it ends, and must not hold up the end of the server.
    response.shouldKeepAlive = false;
    response.writeHead(200, HEADERS);
    this.write(openingFrame(feed.position) + (feed.hasGap ? gapFrame(after) : ''));
    const heartbeat = setInterval(() => this.beat(), options.heartbeatMs);
    const age = setTimeout(() => this.end(), options.maxAgeMs);
    void this.pump();
    if (response.req.method === 'HEAD') this.end();
    await closed;
    clearInterval(heartbeat);
    clearTimeout(age);
    clearTimeout(this.grace);
    feed.close();
    this.taken();
  }

  /** The client is to come again, elsewhere or later. */
  end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.feed.close();
    this.response.end();
    this.grace = setTimeout(() => this.response.destroy(), END_GRACE_MS);
  }

  private async pump(): Promise<void> {
    try {
      for await (const entry of this.feed) {
        this.write(entryFrames(entry));
        if (this.stall) await new Promise<void>((resolve) => (this.goOn = resolve));
      }
    } catch (error) {
      this.logger.error('stream.failed', { error: error instanceof Error ? error.stack : String(error) });
    }
    if (!this.response.destroyed) this.end();
  }

  private beat(): void {
    if (!this.stall && !this.isEnding) this.write(heartbeatFrame(this.feed.position));
  }

  private write(frames: string): void {
    if (this.response.write(frames)) return;
    this.stall ??= setTimeout(() => this.response.destroy(), this.options.stallMs);
  }

  private taken(): void {
    if (this.stall) clearTimeout(this.stall);
    this.stall = null;
    this.goOn();
  }
}
