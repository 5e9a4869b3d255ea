import type { Clock, Ids, Logger, NewAuditEntry, Store, Timer } from '@workflow-runner/contract';
import { within, type Operations } from '@workflow-runner/engine';
import { RefusalLedger, type Refusal } from './refusal-ledger.js';

/** Entries that wait for a store that is away; of more the oldest are given up. */
const MOST_WAITING = 5_000;
/** Longest time that the last entries may take at a stop, in ms. */
const STOP_MS = 500;
const MINUTE_MS = 60_000;

export interface RefusalRecorderParts {
  readonly store: Pick<Store, 'now'>;
  readonly operations: Pick<Operations, 'audit'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}

/** Writes gathered refusals into the audit trail when their minute is over, and at the stop. */
export class RefusalRecorder {
  private readonly ledger = new RefusalLedger();
  private waiting: NewAuditEntry[] = [];
  private timer: Timer | null = null;
  private writing: Promise<void> | null = null;
  private stopped = false;

  constructor(private readonly parts: RefusalRecorderParts) {}

  /** Costs no write. */
  note(refusal: Refusal): void {
    if (this.stopped) return;
    this.ledger.note(refusal, this.parts.store.now());
    this.schedule();
  }

  /** Writes what there is, also of the minute that is not over. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.clear();
    this.timer = null;
    const { clock, logger } = this.parts;
    const last = async (): Promise<void> => {
      await this.writing;
      await this.write(Infinity);
    };
    await within(clock, STOP_MS, last(), (error) =>
      logger.warn('audit.refusals-lost', { error: String(error), entries: this.waiting.length }),
    );
  }

  private schedule(): void {
    if (this.timer || this.writing || this.stopped) return;
    const { clock, store } = this.parts;
    const dueAt = this.waiting.length > 0 ? store.now() + MINUTE_MS : this.ledger.isDueAt;
    if (dueAt === null) return;
    const delayMs = Math.max(0, dueAt - store.now());
    this.timer = clock.setTimer(delayMs, () => this.minuteIsOver(), true);
  }

  private minuteIsOver(): void {
    this.timer = null;
    this.writing = this.write(this.parts.store.now())
      .catch((error: unknown) => this.parts.logger.warn('audit.refusals-wait', { error: String(error) }))
      .finally(() => {
        this.writing = null;
        this.schedule();
      });
  }

  /** @throws what the store throws; the entries wait then */
  private async write(until: number): Promise<void> {
    const { ids, operations } = this.parts;
    const entries = [...this.waiting, ...this.ledger.take(until, () => ids.next())];
    this.waiting = entries.slice(-MOST_WAITING);
    if (entries.length === 0) return;
    await operations.audit(this.waiting);
    this.waiting = [];
  }
}
