import type { ServerResponse } from 'node:http';
import type { OnModuleDestroy } from '@nestjs/common';
import { StoppingError, type Logger } from '@workflow-runner/contract';
import type { Feed } from '@workflow-runner/runner';
import { EventStream } from './event-stream.js';
import { StreamLimitReachedError } from './stream-limit-reached-error.js';
import type { StreamOptions } from './stream-options.js';

/** Where a stream goes, and from where on. */
export interface StreamRequest {
  /** Whose connection it is; nothing is written to it before `takeOver`. */
  readonly response: ServerResponse;
  /** Takes the response from whatever would answer else. */
  readonly takeOver: () => void;
  readonly openFeed: () => Promise<Feed>;
  readonly after: number;
}

/** All streams of this module. They end with it: an open connection would hold up the end of its server. */
export class OpenStreams implements OnModuleDestroy {
  private readonly streams = new Set<EventStream>();
  private reserved = 0;
  private isOver = false;

  constructor(
    private readonly options: StreamOptions,
    private readonly logger: Logger,
  ) {}

  /** How many are open, or about to be. */
  get size(): number {
    return this.reserved;
  }

  /**
   * Resolves when the stream has begun.
   * @throws {StreamLimitReachedError} @throws {StoppingError} and what the feed throws; nothing has been written then
   */
  async open({ response, takeOver, openFeed, after }: StreamRequest): Promise<void> {
    if (this.isOver) throw new StoppingError();
    if (this.reserved >= this.options.maxOpen) throw new StreamLimitReachedError(this.options.maxOpen);
    this.reserved += 1;
    let feed: Feed;
    try {
      feed = await openFeed();
    } catch (error) {
      this.reserved -= 1;
      throw error;
    }
    takeOver();
    if (response.closed) {
      // The client has gone while it was opened; nothing will tell us again.
      feed.close();
      this.reserved -= 1;
      return;
    }
    void this.serve(new EventStream(response, feed, this.options, this.logger), after);
  }

  private async serve(stream: EventStream, after: number): Promise<void> {
    this.streams.add(stream);
    const served = stream.run(after);
    if (this.isOver) stream.end();
    await served;
    this.streams.delete(stream);
    this.reserved -= 1;
  }

  onModuleDestroy(): void {
    this.isOver = true;
    for (const stream of this.streams) stream.end();
  }
}
