import { Body, HttpCode, Inject, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { EventDto } from '../dto/event.dto.js';
import type { Checked } from '../input/checked.js';
import { DtoPipe } from '../input/dto.pipe.js';
import { RestController } from './rest-controller.js';

@RestController('events')
export class EventsController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  /** 202: it is stored; the instances that wait for it, and have the caller's tenant, go on. */
  @Post()
  @HttpCode(202)
  @RequirePermission('event:publish')
  async publish(@Body(new DtoPipe(EventDto)) event: Checked<EventDto>, @CurrentCaller() caller: Caller) {
    const receipt = await this.runner.publishEvent(event.eventName, event.eventKey, event.eventData, {
      time: event.eventTime === undefined ? null : new Date(event.eventTime),
      id: event.id ?? null,
      tenantId: caller.tenantId,
      correlationId: caller.correlationId ?? null,
    });
    return { success: true, id: receipt.id, accepted: receipt.accepted };
  }
}
