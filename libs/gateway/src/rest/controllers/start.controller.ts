import { Body, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InvalidRequestError, type Caller } from '@workflow-runner/contract';
import { WorkflowRunner, type StartRequest } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { BatchStartDto } from '../dto/batch-start.dto.js';
import { problemOf } from '../errors/problem.js';
import type { Checked } from '../input/checked.js';
import { DtoPipe } from '../input/dto.pipe.js';
import { startDataOf } from '../input/start-data.js';
import { startRequestOf } from '../input/start-request.js';
import { itemView, startedView } from '../views/started.view.js';
import { RestController } from './rest-controller.js';

type Query = Readonly<Record<string, unknown>>;

@RestController('start')
export class StartController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** 201, or 200 with the first instance for an idempotency key that was used before. */
  @Post(':workflowId')
  @RequirePermission('workflow:execute')
  async start(
    @Param('workflowId') workflowId: string,
    @Query() query: Query,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const request: StartRequest = {
      workflowId,
      version: versionOf(query),
      data: startDataOf(body, query),
      idempotencyKey: idempotencyKey ?? null,
      tenantId: caller.tenantId,
      correlationId: caller.correlationId ?? null,
      caller,
    };
    const [result] = await this.runner.startWorkflows([request]);
    if (!result) throw new Error('A start was not answered');
    if ('error' in result) throw result.error;
    this.host.httpAdapter.status(response, result.repeated ? 200 : 201);
    const instance = await this.runner.getInstance(result.instanceId, { tenantId: caller.tenantId });
    return startedView(result, instance?.status ?? 'pending', new Date());
  }

  /** Starts many at once; each has a verdict of its own, in the order of the request. */
  @Post()
  @HttpCode(200)
  @RequirePermission('workflow:execute')
  async startMany(
    @Body(new DtoPipe(BatchStartDto)) { items }: Checked<BatchStartDto>,
    @CurrentCaller() caller: Caller,
  ) {
    const results = await this.runner.startWorkflows(items.map((item) => startRequestOf(item, caller)));
    const context = { path: '/start', correlationId: caller.correlationId ?? '' };
    return { items: results.map((result) => itemView(result, (error) => problemOf(error, context))) };
  }
}

function versionOf({ version }: Query): string | null {
  if (version === undefined) return null;
  if (typeof version === 'string') return version;
  throw new InvalidRequestError('version must be given once', [
    { path: 'version', message: 'version must be given once' },
  ]);
}
