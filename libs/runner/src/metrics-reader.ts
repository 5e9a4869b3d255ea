import {
  FailureLog,
  type Clock,
  type InstanceStatus,
  type Logger,
  type Store,
  type Timer,
} from '@workflow-runner/contract';
import { inTime } from './in-time.js';
import { MinuteTotals } from './minute-totals.js';
import { ResourceMeter } from './resource-meter.js';
import type { ClusterTotals, ResourceUtilization, RunnerStats } from './runner-metrics.js';

/** How often the totals are read, in ms: below the five seconds they may be old. */
const INTERVAL_MS = 4_000;
/** How long a stop waits for a read under way, in ms. */
const LONGEST_STOP_MS = 500;

export const OPEN_STATUSES: readonly InstanceStatus[] = ['pending', 'running', 'waiting', 'paused'];

/** Keeps figures at hand, so that they can be asked for without waiting. */
export class MetricsReader {
  private readonly meter: ResourceMeter;
  private readonly minutes = new MinuteTotals();
  private timer: Timer | null = null;
  private reading: Promise<void> | null = null;
  private stopped = true;
  private current: ClusterTotals = NO_TOTALS;
  private readonly log: FailureLog;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.log = new FailureLog(logger, () => clock.monotonic(), 'metrics.failed');
    this.meter = new ResourceMeter(clock);
  }

  /** Reads once before it resolves. */
  async start(): Promise<void> {
    this.stopped = false;
    this.meter.start();
    await this.turn();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.clear();
    this.meter.stop();
    // A store that does not answer must not hold up the end.
    await inTime(this.clock, LONGEST_STOP_MS, this.reading ?? Promise.resolve()).catch(() => undefined);
  }

  get totals(): ClusterTotals {
    return this.current;
  }

  /** Full ids of the workflows of which something was started or ended lately. */
  get workflowIds(): ReadonlySet<string> {
    return this.minutes.workflowIds;
  }

  get resources(): ResourceUtilization {
    return this.meter.read();
  }

  /** Fresh from the store. */
  async stats(): Promise<RunnerStats> {
    const [byStatus] = await Promise.all([this.store.countByStatus({}), this.readMinutes()]);
    const activeInstances = OPEN_STATUSES.reduce((sum, status) => sum + byStatus[status], 0);
    return { ...this.minutes.totals(this.store.now()), activeInstances, byStatus };
  }

  private async turn(): Promise<void> {
    this.reading = this.refresh();
    await this.reading;
    if (this.stopped) return;
    this.timer = this.clock.setTimer(INTERVAL_MS, () => void this.turn(), true);
  }

  private async refresh(): Promise<void> {
    this.meter.sample();
    try {
      const [open] = await Promise.all([
        this.store.countByStatus({ status: OPEN_STATUSES }),
        this.readMinutes(),
      ]);
      const activeInstances = OPEN_STATUSES.reduce((sum, status) => sum + open[status], 0);
      this.current = { ...this.minutes.totals(this.store.now()), activeInstances };
      this.log.worked();
    } catch (error) {
      this.log.failed(error);
    }
  }

  private async readMinutes(): Promise<void> {
    const now = this.store.now();
    const since = this.minutes.since(now);
    this.minutes.take(await this.store.statistics(since), since, now);
  }
}

export const NO_TOTALS: ClusterTotals = {
  activeInstances: 0,
  completedToday: 0,
  errorRate: 0,
  averageExecutionTime: 0,
};
