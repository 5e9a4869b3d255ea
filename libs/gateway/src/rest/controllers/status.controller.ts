import { Get, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { MaybeCaller } from '../access/current-caller.js';
import { isAllowed } from '../access/permissions.js';
import { OpenRoute } from '../access/require-permission.js';
import { RestController } from './rest-controller.js';

@RestController('status')
export class StatusController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** 503 when unhealthy. Details and metrics are for those who may monitor. */
  @Get()
  @OpenRoute()
  async status(@MaybeCaller() caller: Caller | null, @Res({ passthrough: true }) response: unknown) {
    const { details, metrics, ...health } = await this.runner.health();
    if (health.status === 'unhealthy') this.host.httpAdapter.status(response, 503);
    if (!caller || !isAllowed(caller.roles, 'system:monitor')) return health;
    return { ...health, details, metrics };
  }
}
