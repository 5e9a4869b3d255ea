import type { Clock, Logger, Store } from '@workflow-runner/contract';
import { Alarm } from './alarm.js';
import { messageOf } from './message-of.js';
import { nextLook } from './next-look.js';

/** Entries sealed with one call, so that no step waits long for it. */
const BATCH = 250;

/**
 * Takes the entries of the audit trail into this node's chain: soon after this process has written some, and now and
 * then those that others have left. While the store is away it tries again.
 *
 *   idle ──start──▶ resting ──alarm──▶ sealing ──nothing is left, or it failed──▶ resting ──stop──▶ sealing ──▶ idle
 */
export class Sealer {
  private readonly alarm: Alarm;
  private turn: Promise<void> | null = null;
  /** Asked for while a turn was under way. */
  private asked = false;
  private stopped = true;
  private hasFailed = false;
  private readonly now: () => number;

  /** @param chain name of this node, or of the process where it runs nothing */
  constructor(
    private readonly store: Store,
    clock: Clock,
    private readonly logger: Logger,
    private readonly pollIntervalMs: number,
    readonly chain: string,
  ) {
    this.now = () => clock.monotonic();
    this.alarm = new Alarm(clock, this.now, () => this.begin(), true);
  }

  start(): void {
    this.stopped = false;
    this.begin();
  }

  /** Seals what is there. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.alarm.clear();
    await this.turn;
    await this.seal();
  }

  /** This process has written an entry. */
  wrote(): void {
    if (!this.stopped && !this.hasFailed) this.look('written');
  }

  private begin(): void {
    if (this.stopped) return;
    this.asked = true;
    if (this.turn) return;
    this.asked = false;
    this.turn = this.seal().finally(() => {
      this.turn = null;
      if (!this.stopped) this.look(this.hasFailed ? 'failed' : this.asked ? 'written' : 'done');
    });
  }

  private look(after: Parameters<typeof nextLook>[0]): void {
    this.alarm.at(this.now() + nextLook(after, this.pollIntervalMs));
  }

  private async seal(): Promise<void> {
    try {
      while ((await this.store.seal(this.chain, BATCH)) === BATCH);
      if (this.hasFailed) this.logger.info('audit.seals-again', { chain: this.chain });
      this.hasFailed = false;
    } catch (error) {
      if (!this.hasFailed) this.logger.warn('audit.not-sealed', { error: messageOf(error) });
      this.hasFailed = true;
    }
  }
}
