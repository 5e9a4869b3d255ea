import {
  FailureLog,
  type Clock,
  type Logger,
  type NodeIdentity,
  type NodeRecord,
  type Store,
  type Timer,
} from '@workflow-runner/contract';
import type { HostOptions } from './host-options.js';

export interface NodeKeeperOwner {
  workflowIds(): readonly string[];
  /** This epoch was declared dead: drop everything; a new one is begun right after. */
  fenced(): void;
  /** Something was written into the mail of this node's instances. */
  rung(): void;
  /** Instances of a dead node are free now. */
  tookOver(instanceIds: readonly string[], from: NodeIdentity): void;
}

interface Sighting {
  beat: number;
  sinceMonotonic: number;
}

/**
 * Keeps this node alive in the store and buries the dead. A node is gone when the store knows it (its lock is
 * free), or when its heartbeat counter has stood still for its lease by our own monotonic clock: clocks of
 * different machines are never compared.
 */
export class NodeKeeper {
  private current: NodeIdentity | null = null;
  private timer: Timer | null = null;
  private watchTimer: Timer | null = null;
  private stopped = true;
  /** Counts the starts: a stop that was held up must not end what a later start has begun. */
  private starts = 0;
  private readonly sightings = new Map<string, Sighting>();
  private watching: Promise<void> | null = null;
  private joining: Promise<void> | null = null;
  private readonly beats: FailureLog;
  private readonly watches: FailureLog;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly options: Pick<HostOptions, 'leaseMs' | 'pollIntervalMs'>,
    private readonly nodeId: string,
    private readonly owner: NodeKeeperOwner,
  ) {
    const monotonic = (): number => clock.monotonic();
    this.beats = new FailureLog(logger, monotonic, 'node.beat-failed');
    this.watches = new FailureLog(logger, monotonic, 'node.watch-failed');
  }

  get node(): NodeIdentity | null {
    return this.current;
  }

  async start(): Promise<void> {
    this.stopped = false;
    this.starts += 1;
    await this.join();
    await this.watch();
    this.scheduleBeat();
    this.scheduleWatch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const { starts } = this;
    this.timer?.clear();
    this.watchTimer?.clear();
    await this.watching?.catch(() => undefined);
    await this.joining?.catch(() => undefined);
    if (this.starts !== starts) return;
    const node = this.current;
    this.current = null;
    if (node) await this.store.leave(node);
  }

  /** The epoch is over. */
  async rejoin(lost: NodeIdentity): Promise<void> {
    if (this.stopped || this.current?.epoch !== lost.epoch) return;
    this.current = null;
    this.logger.warn('node.fenced', { nodeId: lost.nodeId, epoch: lost.epoch });
    this.owner.fenced();
    await this.join();
  }

  /** A heartbeat that meets a join under way waits for it: each join ends the epoch before. */
  private join(): Promise<void> {
    this.joining ??= this.beginEpoch().finally(() => (this.joining = null));
    return this.joining;
  }

  private async beginEpoch(): Promise<void> {
    const { leaseMs } = this.options;
    this.current = await this.store.join({
      nodeId: this.nodeId,
      leaseMs,
      workflowIds: this.owner.workflowIds(),
    });
    this.logger.debug('node.joined', { ...this.current });
  }

  private scheduleBeat(): void {
    if (this.stopped) return;
    this.timer = this.clock.setTimer(this.options.leaseMs / 3, () => {
      this.beat()
        .then(
          () => this.beats.worked(),
          (error: unknown) => this.beats.failed(error),
        )
        .finally(() => this.scheduleBeat());
    });
  }

  /** One heartbeat; also tells the store what is registered now. */
  async beat(): Promise<void> {
    const node = this.current;
    if (!node) return this.stopped ? undefined : this.join();
    const pulse = await this.store.beat(node, this.owner.workflowIds());
    if (!pulse.alive) await this.rejoin(node);
    else if (pulse.rung) this.owner.rung();
  }

  private scheduleWatch(): void {
    if (this.stopped) return;
    this.watchTimer = this.clock.setTimer(this.options.pollIntervalMs, () => {
      this.watching = this.watch()
        .then(
          () => this.watches.worked(),
          (error: unknown) => this.watches.failed(error),
        )
        .finally(() => this.scheduleWatch());
    });
  }

  /** Looks at all nodes, and takes over from those that are gone. */
  async watch(): Promise<void> {
    for (const node of await this.store.nodes()) {
      if (this.stopped) return;
      if (node.state !== 'alive' || this.isOwn(node) || !this.isGone(node)) continue;
      const freed = await this.store.takeover({ nodeId: node.nodeId, epoch: node.epoch });
      this.sightings.delete(node.nodeId);
      this.logger.info('node.taken-over', {
        nodeId: node.nodeId,
        epoch: node.epoch,
        instances: freed.length,
      });
      this.owner.tookOver(freed, node);
    }
  }

  private isOwn(node: NodeRecord): boolean {
    return node.nodeId === this.nodeId;
  }

  private isGone(node: NodeRecord): boolean {
    if (node.provenGone) return true;
    const now = this.clock.monotonic();
    const seen = this.sightings.get(node.nodeId);
    if (!seen || seen.beat !== node.beat) {
      this.sightings.set(node.nodeId, { beat: node.beat, sinceMonotonic: now });
      return false;
    }
    return now - seen.sinceMonotonic > node.leaseMs;
  }
}
