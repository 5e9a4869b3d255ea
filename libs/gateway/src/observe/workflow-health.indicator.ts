import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { WorkflowRunner } from '@workflow-runner/runner';

/** The health of the runner, for a controller with Terminus. Tells of each component whether it is up, and no more. */
@Injectable()
export class WorkflowHealthIndicator {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  /** Up as long as the event loop turns and nothing has gone wrong that only a new process mends. */
  async isLive(key = 'workflow'): Promise<HealthIndicatorResult> {
    const { status: state } = this.runner.state;
    const check = this.indicators.check(key);
    return state === 'error' ? check.down({ state }) : check.up({ state });
  }

  /** Up while the runner takes work: not while it starts, drains or stops, nor without its store. */
  async isReady(key = 'workflow'): Promise<HealthIndicatorResult> {
    const { status, components } = await this.runner.health();
    const word = (isUp: boolean) => (isUp ? 'up' : 'down');
    const told = {
      state: this.runner.state.status,
      store: word(components.database),
      host: word(components.workflowHost),
    };
    const check = this.indicators.check(key);
    return status === 'healthy' ? check.up(told) : check.down(told);
  }
}
