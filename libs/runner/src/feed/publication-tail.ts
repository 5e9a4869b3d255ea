import {
  FailureLog,
  type Clock,
  type Logger,
  type Positions,
  type Publication,
  type Store,
  type Timer,
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
 *   idle ──first reader──▶ watching: looks when woken, and each `pollIntervalMs` ──last reader leaves──▶ idle
 *   any ──stop──▶ stopped: readers are woken and find it over
 */
export class PublicationTail {
  /** Everything that was told behind `from`, up to `to`. */
  private kept: Publication[] = [];
  private from = 0;
  private to = 0;
  private readerCount = 0;
  private stopped = false;
  private asked = false;
  private isLooking = false;
  private timer: Timer | null = null;
  private sleepers = new Set<() => void>();
  private readonly log: FailureLog;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    logger: Logger,
    private readonly pollIntervalMs: number,
  ) {
    this.log = new FailureLog(logger, () => clock.monotonic(), 'feed.failed');
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
      this.wake();
    }
    return positions;
  }

  leave(): void {
    this.readerCount -= 1;
    if (this.readerCount > 0) return;
    this.timer?.clear();
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
    this.asked = true;
    if (this.isLooking || this.stopped || this.readerCount === 0) return;
    this.timer?.clear();
    this.isLooking = true;
    void this.look().then(() => {
      this.isLooking = false;
      if (this.stopped || this.readerCount === 0) return;
      if (this.asked) setImmediate(() => this.wake());
      else this.timer = this.clock.setTimer(this.pollIntervalMs, () => this.wake(), true);
    });
  }

  /** Nobody is told anything any more. */
  stop(): void {
    this.stopped = true;
    this.timer?.clear();
    this.wakeSleepers();
  }

  private async look(): Promise<void> {
    this.asked = false;
    try {
      const lot = await this.store.publications(this.to, LOT, 'headlines');
      this.keep(lot);
      if (lot.length === LOT) this.asked = true;
      this.log.worked();
    } catch (error) {
      this.asked = false;
      if (this.stopped) return;
      this.log.failed(error);
    }
    this.wakeSleepers();
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
