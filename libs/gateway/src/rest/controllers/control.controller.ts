import { HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { ControlDto, RetryDto } from '../dto/control.dto.js';
import { SignalDto } from '../dto/event.dto.js';
import { CheckedBody, type Checked } from '../input/checked.js';
import { Documented } from '../openapi/documented.decorator.js';
import { ASKED, by, RETRIED, standingOf } from './asking.js';
import { RestController } from './rest-controller.js';

/** What can be done to an instance. Each answers with the status right after; a running step may still finish. */
@RestController('instances/:id')
export class ControlController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Post('pause')
  @HttpCode(200)
  @RequirePermission('workflow:pause')
  @Documented({
    id: 'pauseInstance',
    summary: 'Pauses an instance',
    description: 'Running steps finish; it is `paused` when nothing runs any more.',
    ...ASKED,
  })
  async pause(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.pauseWorkflow(id, { ...by(caller), reason });
    return standingOf(this.runner, id, caller);
  }

  @Post('resume')
  @HttpCode(200)
  @RequirePermission('workflow:resume')
  @Documented({
    id: 'resumeInstance',
    summary: 'Resumes a paused instance',
    ...ASKED,
  })
  async resume(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.resumeWorkflow(id, { ...by(caller), reason });
    return standingOf(this.runner, id, caller);
  }

  @Post('cancel')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  @Documented({
    id: 'cancelInstance',
    summary: 'Cancels an instance',
    description: 'Running steps see their AbortSignal; open sagas are compensated.',
    ...ASKED,
  })
  async cancel(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.cancelWorkflow(id, reason ?? null, by(caller));
    return standingOf(this.runner, id, caller);
  }

  @Post('terminate')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  @Documented({
    id: 'terminateInstance',
    summary: 'Cancels an instance without compensation',
    ...ASKED,
  })
  async terminate(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.terminateWorkflow(id, reason ?? null, by(caller));
    return standingOf(this.runner, id, caller);
  }

  @Post('retry')
  @HttpCode(200)
  @RequirePermission('workflow:retry')
  @Documented({
    id: 'retryInstance',
    ...RETRIED,
  })
  async retry(
    @Param('id') id: string,
    @CheckedBody(RetryDto) { reason, fromPointer, data }: Checked<RetryDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.retryWorkflow(id, { ...by(caller), reason, fromPointer, data });
    return standingOf(this.runner, id, caller);
  }

  @Post('signal')
  @HttpCode(200)
  @RequirePermission('event:publish')
  @Documented({
    id: 'signalInstance',
    summary: 'Sends data to the wait an instance stands in',
    description: 'Before there is one it is kept for the next.',
    ...ASKED,
    refuses: [...ASKED.refuses, 'SIGNAL_LIMIT_REACHED', 'DATA_TOO_LARGE'],
  })
  async signal(
    @Param('id') id: string,
    @CheckedBody(SignalDto) { data, stepId }: Checked<SignalDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.signalWorkflow(id, data, stepId, by(caller));
    return standingOf(this.runner, id, caller);
  }
}
