import { FailureLog } from '@workflow-runner/contract';
import type { InstanceRunner } from './instance-runner.js';
import type { HostServices } from './services.js';

/** How long an instance that has begun at its moment may show as `waiting`, in ms. */
const SOON_MS = 250;

/**
 * Instances that stood by and have begun: the store shows them as `waiting` until it is told. Most rest again before anybody
 * could look, so only those that still run a moment later are told of, all with one call.
 */
export class RunningMarks {
  private readonly unsaid = new Set<InstanceRunner>();
  private readonly failures: FailureLog;
  private isDue = false;

  constructor(private readonly services: Pick<HostServices, 'store' | 'clock' | 'logger'>) {
    const { logger, clock } = services;
    this.failures = new FailureLog(logger, () => clock.monotonic(), 'running.mark-failed');
  }

  /** It begins. */
  add(runner: InstanceRunner): void {
    this.unsaid.add(runner);
    runner.onOver(() => this.unsaid.delete(runner));
    this.sayLater();
  }

  clear(): void {
    this.unsaid.clear();
  }

  /** Tells the store now. */
  async say(): Promise<void> {
    const runners = [...this.unsaid];
    const [first] = runners;
    if (!first) return;
    try {
      const begun = runners.map(({ record: { id, fence } }) => ({ id, fence }));
      await this.services.store.markRunning(first.node, begun);
      for (const runner of runners) this.unsaid.delete(runner);
      this.failures.worked();
    } catch (error) {
      this.failures.failed(error);
      if (this.unsaid.size > 0) this.sayLater();
    }
  }

  private sayLater(): void {
    if (this.isDue) return;
    this.isDue = true;
    const say = (): void => {
      this.isDue = false;
      void this.say();
    };
    this.services.clock.setTimer(SOON_MS, say, true);
  }
}
