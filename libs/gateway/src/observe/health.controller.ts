import { Controller, Get, Inject, Res, ServiceUnavailableException, VERSION_NEUTRAL } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HealthCheck, HealthCheckService, type HealthIndicatorFunction } from '@nestjs/terminus';
import { WorkflowHealthIndicator } from './workflow-health.indicator.js';

/** For whoever keeps the process alive and sends it requests. 503 in Terminus's own form, whatever filters there are. */
@Controller({ version: VERSION_NEUTRAL })
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly checks: HealthCheckService,
    @Inject(WorkflowHealthIndicator) private readonly workflow: WorkflowHealthIndicator,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Get('live')
  @HealthCheck()
  live(@Res({ passthrough: true }) response: unknown): Promise<object> {
    return this.answer(response, () => this.workflow.isLive());
  }

  @Get('ready')
  @HealthCheck()
  ready(@Res({ passthrough: true }) response: unknown): Promise<object> {
    return this.answer(response, () => this.workflow.isReady());
  }

  private async answer(response: unknown, check: HealthIndicatorFunction): Promise<object> {
    try {
      return await this.checks.check([check]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      this.host.httpAdapter.status(response, error.getStatus());
      return error.getResponse() as object;
    }
  }
}
