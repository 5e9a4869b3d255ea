import {
  FailureLog,
  PacedLoop,
  type Clock,
  type Logger,
  type Positions,
  type Publication,
  type Store,
} from '@workflow-runner/contract';

/** Publications handed out at once. */
const LOT = 200;
/** The newest publications are kept for all who keep up with them. */
const MOST_KEPT = 1_000;

/** What follows a position: rows in order, and up to where nothing else follows. */
export interface Stretch {
  readonly rows: readonly Publication[];
  readonly upTo: number;
}

/**
 * The newest publications of the store, read once for all feeds of this process, without payloads. Who has fallen
 * behind them reads the store by itself, so that a slow reader costs nobody memory.
 *
 *   idle ──first reader──▶ watching: looks when woken, a hundred times a second at most, and each `pollIntervalMs`
 *   watching ──last reader leaves──▶ idle
 *   any ──stop──▶ stopped: readers are woken and find it over
 */
export class PublicationTail {
  /** Everything that was told behind `from`, up to `to`. */
  private kept: Publication[] = [];
  private from = 0;
  private to = 0;
  private readerCount = 0;
  private stopped = false;
  private sleepers = new Set<() => void>();
  private readonly log: FailureLog;
  private readonly looking: PacedLoop;

  constructor(
    private readonly store: Store,
    clock: Clock,
    logger: Logger,
    private readonly pollIntervalMs: number,
  ) {
    this.log = new FailureLog(logger, () => clock.monotonic(), 'feed.failed');
    this.looking = new PacedLoop(clock, () => this.look());
  }

  /** Who has entered and not left yet. */
  get readers(): number {
    return this.readerCount;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Begins to watch for one more reader, who must leave again. @throws what the store throws */
  async enter(): Promise<Positions> {
    const positions = await this.store.positions();
    this.readerCount += 1;
    if (this.readerCount === 1) {
      this.kept = [];
      this.from = this.to = positions.last;
      if (!this.stopped) this.looking.start();
    }
    return positions;
  }

  leave(): void {
    this.readerCount -= 1;
    if (this.readerCount > 0) return;
    void this.looking.stop();
    this.kept = [];
  }

  /** Whether something is known to follow a position. */
  isBeyond(position: number): boolean {
    return this.to > position;
  }

  /** @throws what the store throws, to a reader that has fallen behind */
  async after(position: number): Promise<Stretch> {
    if (position >= this.from) return this.keptAfter(position);
    const { from } = this;
    const rows = await this.store.publications(position, LOT, 'headlines');
    const last = rows.at(-1)?.position ?? position;
    return { rows, upTo: rows.length < LOT ? Math.max(last, from) : last };
  }

  private keptAfter(position: number): Stretch {
    const start = this.kept.findLastIndex((row) => row.position <= position) + 1;
    const rows = this.kept.slice(start, start + LOT);
    const isAll = start + LOT >= this.kept.length;
    return { rows, upTo: isAll ? Math.max(position, this.to) : rows.at(-1)!.position };
  }

  /** Calls back once after the next look at the store, whether it finds something or fails. */
  onNextLook(callback: () => void): void {
    if (this.stopped) callback();
    else this.sleepers.add(callback);
  }

  forget(callback: () => void): void {
    this.sleepers.delete(callback);
  }

  /** Something was committed here: no need to wait for the next look. */
  wake(): void {
    this.looking.ask();
  }

  /** Nobody is told anything any more. */
  stop(): void {
    this.stopped = true;
    void this.looking.stop();
    this.wakeSleepers();
  }

  private async look(): Promise<number> {
    let restMs = this.pollIntervalMs;
    try {
      const lot = await this.store.publications(this.to, LOT, 'headlines');
      this.keep(lot);
      if (lot.length === LOT) restMs = 0;
      this.log.worked();
    } catch (error) {
      if (!this.stopped) this.log.failed(error);
    }
    this.wakeSleepers();
    return restMs;
  }

  private keep(lot: readonly Publication[]): void {
    // A look that began for earlier readers may bring what is behind us by now.
    for (const row of lot) if (row.position > this.to) this.kept.push(row);
    this.to = Math.max(this.to, lot.at(-1)?.position ?? 0);
    const surplus = this.kept.splice(0, Math.max(0, this.kept.length - MOST_KEPT));
    this.from = surplus.at(-1)?.position ?? this.from;
  }

  private wakeSleepers(): void {
    const { sleepers } = this;
    this.sleepers = new Set();
    for (const wake of sleepers) wake();
  }
}
