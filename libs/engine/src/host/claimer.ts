import {
  FailureLog,
  type ClaimRequest,
  type Clock,
  type LoadedInstance,
  type Logger,
  type NodeIdentity,
  type Store,
  type WorkflowLimit,
} from '@workflow-runner/contract';
import { Alarm } from './alarm.js';

/** Instances taken with one claim. */
const BATCH = 200;
/** The same ahead of their time: nothing that is due shall wait long behind them. */
const AHEAD_BATCH = 100;
/** What sleeps is claimed when the first of it will be due so soon, in ms. */
const LEAD_MS = 250;
/** Then all goes along that will be due so soon, in ms: more than the lead, so that those who follow each other are few looks. */
const AHEAD_MS = 2 * LEAD_MS;
/** Stored events delivered with one call. */
const EVENT_BATCH = 200;

export interface ClaimerOwner {
  node(): NodeIdentity | null;
  /** Instances it may take on now. */
  freeLanes(): number;
  /** Instances it may take on ahead of their time. */
  freeStandby(): number;
  workflowIds(): readonly string[];
  /** Undefined: none of its workflows has a limit. */
  limits(): readonly WorkflowLimit[] | undefined;
  cachedRevision(instanceId: string): number | undefined;
  adopt(loaded: readonly LoadedInstance[]): void;
  /** A claim has failed, and perhaps it was written all the same. */
  doubt(): void;
}

/**
 * Finds due instances for this node. Something in this process asks (a start that had to wait, an event, a timer, a
 * lane that became free); a look every `pollIntervalMs` is only the net under it. What sleeps is taken a little before its
 * time, whenever nothing is due that could be taken.
 */
export class Claimer {
  private readonly alarm: Alarm;
  private readonly looks: FailureLog;
  private running: Promise<void> | null = null;
  private asked = false;
  /** A moment has come for which the alarm was set: events of the future may be due too. */
  private timeCame = true;
  private stopped = true;
  /** The last claim was full: there is more, so starts of this process must queue behind it. */
  hasBacklog = false;

  constructor(
    private readonly store: Store,
    clock: Clock,
    logger: Logger,
    private readonly pollIntervalMs: number,
    private readonly owner: ClaimerOwner,
  ) {
    this.looks = new FailureLog(logger, () => clock.monotonic(), 'claim.failed');
    this.alarm = new Alarm(
      clock,
      () => store.now(),
      () => {
        this.timeCame = true;
        this.ask();
      },
    );
  }

  /** A look at the store is under way. */
  get isLooking(): boolean {
    return this.running !== null;
  }

  start(): void {
    this.stopped = false;
    this.ask();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm.clear();
    await this.running;
  }

  /** Something may be due. */
  ask(): void {
    this.asked = true;
    if (this.running || this.stopped) return;
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.asked && !this.stopped) this.ask();
    });
  }

  /** Something will be due at a moment, epoch ms. */
  askAt(at: number): void {
    if (!this.stopped) this.alarm.at(at);
  }

  /** An instance sleeps until a moment, epoch ms. With little time left it is not taken at once: others may go along. */
  askAhead(until: number): void {
    this.askAt(until - Math.min(LEAD_MS, Math.ceil((until - this.store.now()) / 2)));
  }

  private async run(): Promise<void> {
    let lookedAt = this.store.now();
    try {
      while (this.asked && !this.stopped) {
        this.asked = false;
        lookedAt = this.store.now();
        if (this.timeCame) await this.deliverEvents();
        await this.claimDue();
      }
      let next = await this.nextDueAt();
      if (next !== null && next > lookedAt && this.isClose(next)) {
        await this.claimAhead();
        next = await this.nextDueAt();
      }
      // What was due and not claimable here (no lane, another's workflow) must not make this spin; what has become
      // due since the look is asked for at once. What is close and was left by the claim ahead is not for this node yet.
      if (next !== null && next > lookedAt) this.askAt(this.isClose(next) ? next : next - LEAD_MS);
      this.looks.worked();
    } catch (error) {
      this.owner.doubt();
      this.looks.failed(error);
    }
    this.askAt(this.store.now() + this.pollIntervalMs);
  }

  private nextDueAt(): Promise<number | null> {
    return this.store.nextDueAt(this.owner.workflowIds());
  }

  private isClose(at: number): boolean {
    return at - this.store.now() <= LEAD_MS;
  }

  private async claimDue(): Promise<void> {
    for (;;) {
      const node = this.owner.node();
      const limit = Math.min(BATCH, this.owner.freeLanes());
      if (!node || this.stopped) return;
      if (limit <= 0) {
        this.hasBacklog = true;
        return;
      }
      const loaded = await this.claim(node, { limit });
      this.hasBacklog = loaded.length === limit;
      if (!this.hasBacklog) return;
    }
  }

  /** Takes what sleeps and will be due soon, until somebody asks for what is due. */
  private async claimAhead(): Promise<void> {
    while (!this.asked && !this.hasBacklog) {
      const node = this.owner.node();
      const limit = Math.min(AHEAD_BATCH, this.owner.freeStandby());
      if (!node || this.stopped || limit <= 0) return;
      const loaded = await this.claim(node, { limit, aheadMs: AHEAD_MS });
      if (loaded.length < limit) return;
    }
  }

  private async claim(
    node: NodeIdentity,
    how: Pick<ClaimRequest, 'limit' | 'aheadMs'>,
  ): Promise<readonly LoadedInstance[]> {
    const loaded = await this.store.claim(node, {
      ...how,
      workflowIds: this.owner.workflowIds(),
      limits: this.owner.limits(),
      cached: (instanceId) => this.owner.cachedRevision(instanceId),
    });
    this.owner.adopt(loaded);
    return loaded;
  }

  private async deliverEvents(): Promise<void> {
    this.timeCame = false;
    for (;;) {
      const receipts = await this.store.deliverDue(EVENT_BATCH);
      if (receipts.length < EVENT_BATCH) return;
    }
  }
}
