import { Get, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { MaybeCaller } from '../access/current-caller.js';
import { isAllowed } from '../access/permissions.js';
import { OpenRoute } from '../access/require-permission.js';
import { Documented } from '../openapi/documented.decorator.js';
import { healthView, HealthView } from '../views/health.view.js';
import { RestController } from './rest-controller.js';

@RestController('status')
export class StatusController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Get()
  @OpenRoute()
  @Documented({
    id: 'getStatus',
    summary: 'How the runner is',
    description: '503 when it is unhealthy.',
    answers: { 200: HealthView, 503: HealthView },
  })
  async status(
    @MaybeCaller() caller: Caller | null,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<HealthView> {
    const health = await this.runner.health();
    if (health.status === 'unhealthy') this.host.httpAdapter.status(response, 503);
    return healthView(health, caller !== null && isAllowed(caller.roles, 'system:monitor'));
  }
}
