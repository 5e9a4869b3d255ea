import type { Driver, Statement } from './driver.js';

/** How often to look while somebody else uses the file, in ms. */
const BUSY_MS = 25;
/** How often to look while nobody seems to, in ms. */
const QUIET_MS = 250;
/** The file counts as used by others this long after a write of theirs. In ms. */
const MEMORY_MS = 10_000;

export interface HintWatchParts {
  readonly driver: Driver;
  readonly nextDueAt: () => number | null;
  /** Of each workflow for which somebody queues how many slots are held. */
  readonly heldSlots: () => ReadonlyMap<string, number>;
  readonly now: () => number;
  /** Whether a local node was rung by somebody else. */
  readonly wasRung: () => boolean;
  readonly onDue: () => void;
  readonly onMail: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Notices what other connections write, by SQLite's `data_version` (a counter that only they move; 5 microseconds a
 * look): each 25 ms while another node lives or has just written, else four times a second.
 */
export class HintWatch {
  private readonly version: Statement;
  private readonly others: Statement;
  private timer: NodeJS.Timeout | undefined;
  private seen: number;
  private lastForeignAt = -Infinity;
  private lastDueAt: number | null = null;
  private lastHeld: ReadonlyMap<string, number> = new Map();
  private lastCountAt = -Infinity;
  private hasOthers = false;

  constructor(
    private readonly parts: HintWatchParts,
    private readonly localIds: () => readonly string[],
  ) {
    this.version = parts.driver.prepare('PRAGMA data_version');
    this.others = parts.driver.prepare(
      `SELECT EXISTS (SELECT 1 FROM nodes WHERE state = 'alive'
         AND node_id NOT IN (SELECT value FROM json_each(?))) AS some`,
    );
    this.seen = this.read();
  }

  start(): void {
    this.timer = setTimeout(() => this.look(), this.pause());
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    try {
      const version = this.read();
      if (version !== this.seen) this.changed(version);
    } catch (error) {
      this.parts.onError(error);
    }
    this.start();
  }

  private changed(version: number): void {
    const { nextDueAt, now, wasRung, onDue, onMail } = this.parts;
    this.seen = version;
    this.lastForeignAt = performance.now();
    if (wasRung()) onMail();
    const next = nextDueAt();
    const isDue = next !== null && (next <= now() || next !== this.lastDueAt);
    this.lastDueAt = next;
    if (this.isSlotFree() || isDue) onDue();
  }

  /** Whether somebody queues for a slot that was held at the last look. */
  private isSlotFree(): boolean {
    const before = this.lastHeld;
    this.lastHeld = this.parts.heldSlots();
    for (const [slot, held] of this.lastHeld) if (held < (before.get(slot) ?? Infinity)) return true;
    return false;
  }

  private pause(): number {
    const at = performance.now();
    if (at - this.lastForeignAt < MEMORY_MS) return BUSY_MS;
    if (at - this.lastCountAt >= QUIET_MS) {
      this.lastCountAt = at;
      this.hasOthers = this.countOthers();
    }
    return this.hasOthers ? BUSY_MS : QUIET_MS;
  }

  private countOthers(): boolean {
    try {
      return (this.others.get(JSON.stringify(this.localIds())) as { some: number }).some === 1;
    } catch (error) {
      this.parts.onError(error);
      return false;
    }
  }

  private read(): number {
    return (this.version.get() as { data_version: number }).data_version;
  }
}
