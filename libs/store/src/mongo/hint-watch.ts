import { HintLook, type HintSources } from './hint-look.js';
import type { CollectionName } from './collections.js';
import type { Terms } from './driver.js';
import type { Base, WatchPart } from './parts.js';

/** How often to look while other nodes live and the server does not tell of changes, in ms. */
const BUSY_MS = 100;
/** How often to look else, in ms. */
const QUIET_MS = 500;
/** However much is changed, looks are so far apart. In ms. */
const GAP_MS = 20;
/** A stream of changes that has ended is begun anew after this long, in ms. */
const RETRY_MS = 15_000;

const INSERTED: Terms = { operationType: 'insert' };
/** Some servers do not say what an update has changed: then each may be one. */
const changed = (field: string): readonly Terms[] => [
  { [`updateDescription.updatedFields.${field}`]: { $exists: true } },
  { operationType: 'update', updateDescription: { $exists: false } },
];

/** What is worth a look: a node was rung; an instance is offered to be claimed. */
const STREAMS: readonly (readonly [CollectionName, readonly Terms[]])[] = [
  ['nodes', changed('ring')],
  ['instances', [INSERTED, ...changed('dw')]],
];

/**
 * Notices what other processes write. Where the server has change streams they say when to look, and only that; else
 * looks follow each other at short intervals.
 */
export class HintWatch implements WatchPart {
  private readonly looking: HintLook;
  private readonly streams = new Map<CollectionName, () => Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isRunning = false;
  private isPoked = false;
  private lastLookAt = -Infinity;
  private look: Promise<void> | null = null;

  constructor(
    private readonly base: Base,
    sources: HintSources,
  ) {
    this.looking = new HintLook(base, sources);
  }

  start(): void {
    this.isRunning = true;
    this.listen();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    const stops = [...this.streams.values()];
    this.streams.clear();
    await Promise.all(stops.map((stop) => stop()));
    await this.look;
  }

  private listen(): void {
    for (const [collection, kinds] of STREAMS) {
      if (this.streams.has(collection)) continue;
      const pipeline = [{ $match: { $or: kinds } }, { $project: { _id: 1 } }];
      const onEnd = (): void => {
        if (this.streams.delete(collection)) this.listenLater();
      };
      const onChange = (): void => this.poke();
      this.streams.set(collection, this.base.driver.watch(collection, pipeline, { onChange, onEnd }));
    }
  }

  private listenLater(): void {
    clearTimeout(this.retry);
    if (!this.isRunning) return;
    this.retry = setTimeout(() => this.listen(), RETRY_MS);
    this.retry.unref();
  }

  private poke(): void {
    if (this.isPoked) return;
    this.isPoked = true;
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.isRunning || this.look) return;
    this.timer = setTimeout(() => this.begin(), this.pause());
    this.timer.unref();
  }

  private begin(): void {
    const isPoked = this.isPoked;
    this.isPoked = false;
    this.lastLookAt = performance.now();
    if (this.base.hints.size === 0) return this.schedule();
    this.look = this.looking
      .look(isPoked)
      .then((hints) => {
        if (this.isRunning) for (const hint of hints) this.base.hints.emit(hint);
      })
      // The connection tells what is wrong with the server; the next look may work.
      .catch(() => undefined)
      .finally(() => {
        this.look = null;
        this.schedule();
      });
  }

  private pause(): number {
    if (this.isPoked) return Math.max(0, this.lastLookAt + GAP_MS - performance.now());
    const isTold = this.streams.size === STREAMS.length;
    return this.looking.hasOthers && !isTold ? BUSY_MS : QUIET_MS;
  }
}
