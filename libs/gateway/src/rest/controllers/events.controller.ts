import { HttpCode, Inject, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { EventDto } from '../dto/event.dto.js';
import { CheckedBody, type Checked } from '../input/checked.js';
import { Documented } from '../openapi/documented.decorator.js';
import { publishedView, PublishedView } from '../views/published.view.js';
import { RestController } from './rest-controller.js';

@RestController('events')
export class EventsController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Post()
  @HttpCode(202)
  @RequirePermission('event:publish')
  @Documented({
    id: 'publishEvent',
    summary: 'Publishes an event',
    description: 'It is stored; the instances that wait for it, and have the tenant of the caller, go on.',
    answers: { 202: PublishedView },
    refuses: ['DATA_TOO_LARGE'],
  })
  async publish(
    @CheckedBody(EventDto) event: Checked<EventDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<PublishedView> {
    const receipt = await this.runner.publishEvent(event.eventName, event.eventKey, event.eventData, {
      time: event.eventTime === undefined ? null : new Date(event.eventTime),
      id: event.id ?? null,
      tenantId: caller.tenantId,
      correlationId: caller.correlationId ?? null,
      caller,
    });
    return publishedView(receipt);
  }
}
