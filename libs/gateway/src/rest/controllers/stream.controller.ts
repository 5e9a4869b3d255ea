import { Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { StreamQueryDto } from '../dto/stream-query.dto.js';
import { CheckedQuery, type Checked } from '../input/checked.js';
import { Documented } from '../openapi/documented.decorator.js';
import { rawResponseOf, takeOver, type HttpResponse } from '../raw-response.js';
import { readLastEventId } from '../stream/last-event-id.js';
import { OpenStreams } from '../stream/open-streams.js';
import { RestController } from './rest-controller.js';

@RestController('stream')
export class StreamController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  @Get()
  @RequirePermission('workflow:view')
  @Documented({
    id: 'streamEvents',
    summary: 'Events as they become durable',
    description:
      'From now on, or behind the place that Last-Event-ID names. A caller with a tenant hears of nothing else.',
    answers: { 200: 'text/event-stream' },
    refuses: ['INVALID_REQUEST', 'STREAM_LIMIT_REACHED'],
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last id of an earlier stream.',
    schema: { type: 'string' },
  })
  async stream(
    @CheckedQuery(StreamQueryDto) query: Checked<StreamQueryDto>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() { tenantId }: Caller,
    @Res() response: Checked<HttpResponse>,
  ): Promise<void> {
    const { workflow, instanceId, event: events } = query;
    const after = readLastEventId(lastEventId);
    await this.streams.open({
      response: rawResponseOf(response),
      takeOver: () => takeOver(response),
      openFeed: () => this.runner.feed({ after, tenantId, workflow, instanceId, events }),
      after: after ?? 0,
    });
  }
}
