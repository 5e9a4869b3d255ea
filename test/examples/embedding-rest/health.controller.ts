import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { WorkflowHealthIndicator } from '@workflow-runner/gateway/observe';

/** Needs `TerminusModule` and `WorkflowObserveModule.forRoot({ path: null })` among the imports of its module. */
@Controller('ready')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly checks: HealthCheckService,
    @Inject(WorkflowHealthIndicator) private readonly workflow: WorkflowHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.workflow.isReady()]);
  }
}
