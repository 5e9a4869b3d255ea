import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WorkflowRunner } from '@workflow-runner/runner';
import { Readiness } from './readiness.js';

/** For whoever keeps the process alive and sends it requests. Open, and tells nothing but yes or no. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** 200 as long as the event loop turns. */
  @Get('live')
  @HttpCode(200)
  live() {
    return { status: 'ok' };
  }

  /** 503 while starting, stopping, or without a store. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: unknown) {
    const isReady = this.readiness.isOpen && (await this.runner.health()).status === 'healthy';
    if (!isReady) this.host.httpAdapter.status(response, 503);
    return { status: isReady ? 'ok' : 'unavailable' };
  }
}
