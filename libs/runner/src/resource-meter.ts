import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { Clock } from '@workflow-runner/contract';
import type { ResourceUtilization } from './runner-metrics.js';

/** How often the event loop is asked, in ms; what it takes beyond that is its lag. */
const RESOLUTION_MS = 20;
const MIB = 1024 * 1024;

/** Measures what this process uses, between one sample and the next. */
export class ResourceMeter {
  private histogram: IntervalHistogram | null = null;
  private usage = process.cpuUsage();
  private sampledAt = 0;
  private cpu = 0;
  private eventLoopLagMs = 0;

  constructor(private readonly clock: Clock) {}

  start(): void {
    this.histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.histogram.enable();
    this.usage = process.cpuUsage();
    this.sampledAt = this.clock.monotonic();
  }

  stop(): void {
    this.histogram?.disable();
    this.histogram = null;
  }

  /** Ends one span of measuring and begins the next. */
  sample(): void {
    const now = this.clock.monotonic();
    const passedMs = now - this.sampledAt;
    if (!this.histogram || passedMs <= 0) return;
    const { user, system } = process.cpuUsage(this.usage);
    this.cpu = round((user + system) / 10 / passedMs);
    this.usage = process.cpuUsage();
    this.sampledAt = now;
    const worstMs = this.histogram.percentile(99) / 1e6;
    this.eventLoopLagMs = round(Math.max(0, worstMs - RESOLUTION_MS));
    this.histogram.reset();
  }

  read(): ResourceUtilization {
    const memory = round(process.memoryUsage.rss() / MIB);
    return { cpu: this.cpu, memory, eventLoopLagMs: this.eventLoopLagMs };
  }
}

/** To a tenth. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
