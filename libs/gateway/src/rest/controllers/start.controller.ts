import { Body, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiHeader, ApiQuery } from '@nestjs/swagger';
import { InvalidRequestError, type Caller, type InstanceStatus } from '@workflow-runner/contract';
import { WorkflowRunner, type StartRequest } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { BatchStartDto } from '../dto/batch-start.dto.js';
import { problemOf } from '../errors/problem.js';
import { CheckedBody, type Checked } from '../input/checked.js';
import { startDataOf } from '../input/start-data.js';
import { startRequestOf } from '../input/start-request.js';
import { Documented } from '../openapi/documented.decorator.js';
import { BatchStartedView, itemView, startedView, StartedView } from '../views/started.view.js';
import { RestController } from './rest-controller.js';

type Query = Readonly<Record<string, unknown>>;

@RestController('start')
export class StartController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Post(':workflowId')
  @RequirePermission('workflow:execute')
  @Documented({
    id: 'startWorkflow',
    summary: 'Starts an instance',
    description: 'The body is its data. 200 instead of 201: the idempotency key has started this one before.',
    params: { workflowId: 'Full id, `nameSpace.name` or name, each with or without `@version`.' },
    answers: { 201: StartedView, 200: StartedView },
    refuses: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_AMBIGUOUS', 'IDEMPOTENCY_CONFLICT', 'DATA_TOO_LARGE'],
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, schema: { type: 'string', maxLength: 255 } })
  @ApiQuery({
    name: 'version',
    required: false,
    schema: { type: 'string', maxLength: 255 },
    example: '1.0.0',
  })
  @ApiQuery({
    name: 'data',
    required: false,
    description: 'Whatever else the query says becomes data, as text, under what the body says.',
    style: 'form',
    explode: true,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  })
  @ApiBody({
    required: false,
    schema: { type: 'object', additionalProperties: true, example: { orderId: 'A-1' } },
  })
  async start(
    @Param('workflowId') workflowId: string,
    @Query() query: Query,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StartedView> {
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
    return startedView(result, result.status ?? (await this.statusOf(result.instanceId, caller)), new Date());
  }

  private async statusOf(instanceId: string, { tenantId }: Caller): Promise<InstanceStatus> {
    return (await this.runner.getInstance(instanceId, { tenantId }))?.status ?? 'pending';
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('workflow:execute')
  @Documented({
    id: 'startWorkflows',
    summary: 'Starts many instances at once',
    description: 'Each has a verdict of its own.',
    answers: { 200: BatchStartedView },
  })
  async startMany(
    @CheckedBody(BatchStartDto) { items }: Checked<BatchStartDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<BatchStartedView> {
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
