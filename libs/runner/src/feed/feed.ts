import { toFeedEntry, type FeedEntry } from './feed-entry.js';
import type { FeedOptions, FeedQuery } from './feed-query.js';
import type { PublicationTail, Stretch } from './publication-tail.js';

/**
 * What becomes durable, commit by commit, in the order of the commits, from one place on. Iterate it once; it ends when
 * it is closed or the runner stops, and holds nothing for who does not read on. Close it, or leave the loop.
 */
export class Feed implements AsyncIterable<FeedEntry> {
  private isClosed = false;
  private wakeUp: () => void = () => undefined;

  private constructor(
    private readonly tail: PublicationTail,
    private readonly query: FeedQuery,
    private reached: number,
    /** Something that followed `after` has been deleted, or `after` is of another store: it goes on with what there is. */
    readonly hasGap: boolean,
  ) {}

  /** @internal @throws what the store throws */
  static async open(tail: PublicationTail, { after, ...query }: FeedOptions): Promise<Feed> {
    const { last, deleted } = await tail.enter();
    if (after === undefined) return new Feed(tail, query, last, false);
    return new Feed(tail, query, Math.min(after, last), after < deleted || after > last);
  }

  /** Everything up to here has been handed out, or was not asked for; a feed with this `after` goes on behind it. */
  get position(): number {
    return this.reached;
  }

  /** Ends the iteration, also while it waits. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.tail.forget(this.wakeUp);
    this.wakeUp();
    this.tail.leave();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedEntry, void, void> {
    try {
      while (!this.isOver) {
        const stretch = await this.look();
        for (const row of stretch?.rows ?? []) {
          const entry = toFeedEntry(row, this.query);
          if (entry) yield entry;
          if (this.isOver) return;
          this.reached = row.position;
        }
        this.reached = Math.max(this.reached, stretch?.upTo ?? 0);
        await this.pause(stretch !== null && this.tail.isBeyond(this.reached));
      }
    } finally {
      this.close();
    }
  }

  private get isOver(): boolean {
    return this.isClosed || this.tail.isStopped;
  }

  /** @returns null when the store did not answer */
  private async look(): Promise<Stretch | null> {
    try {
      return await this.tail.after(this.reached);
    } catch {
      // The tail looks at the same store, and logs what is wrong with it.
      return null;
    }
  }

  /** Until something follows; where something does already, only so that others have their turn. */
  private pause(isMore: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (isMore || this.isOver) {
        setImmediate(resolve);
        return;
      }
      this.wakeUp = resolve;
      this.tail.onNextLook(resolve);
    });
  }
}
