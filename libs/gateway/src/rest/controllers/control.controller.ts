import { HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner, type ControlOptions } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { ControlDto, RetryDto } from '../dto/control.dto.js';
import { SignalDto } from '../dto/event.dto.js';
import { CheckedBody, type Checked } from '../input/checked.js';
import { Documented } from '../openapi/documented.decorator.js';
import { StandingView } from '../views/control.view.js';
import { RestController } from './rest-controller.js';

const INSTANCE = { id: 'Id of the instance.' };
const REFUSES = ['INSTANCE_NOT_FOUND', 'INVALID_TRANSITION', 'REVISION_CONFLICT'] as const;

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
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES],
  })
  async pause(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.pauseWorkflow(id, { ...by(caller), reason });
    return this.standing(id, caller);
  }

  @Post('resume')
  @HttpCode(200)
  @RequirePermission('workflow:resume')
  @Documented({
    id: 'resumeInstance',
    summary: 'Resumes a paused instance',
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES],
  })
  async resume(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.resumeWorkflow(id, { ...by(caller), reason });
    return this.standing(id, caller);
  }

  @Post('cancel')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  @Documented({
    id: 'cancelInstance',
    summary: 'Cancels an instance',
    description: 'Running steps see their AbortSignal; open sagas are compensated.',
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES],
  })
  async cancel(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.cancelWorkflow(id, reason ?? null, by(caller));
    return this.standing(id, caller);
  }

  @Post('terminate')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  @Documented({
    id: 'terminateInstance',
    summary: 'Cancels an instance without compensation',
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES],
  })
  async terminate(
    @Param('id') id: string,
    @CheckedBody(ControlDto) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.terminateWorkflow(id, reason ?? null, by(caller));
    return this.standing(id, caller);
  }

  @Post('retry')
  @HttpCode(200)
  @RequirePermission('workflow:retry')
  @Documented({
    id: 'retryInstance',
    summary: 'Retries a failed instance',
    description: 'It goes on from what failed, with a fresh budget of attempts.',
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES, 'DATA_TOO_LARGE'],
  })
  async retry(
    @Param('id') id: string,
    @CheckedBody(RetryDto) { reason, fromPointer, data }: Checked<RetryDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.retryWorkflow(id, { ...by(caller), reason, fromPointer, data });
    return this.standing(id, caller);
  }

  @Post('signal')
  @HttpCode(200)
  @RequirePermission('event:publish')
  @Documented({
    id: 'signalInstance',
    summary: 'Sends data to the wait an instance stands in',
    description: 'Before there is one it is kept for the next.',
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES, 'SIGNAL_LIMIT_REACHED', 'DATA_TOO_LARGE'],
  })
  async signal(
    @Param('id') id: string,
    @CheckedBody(SignalDto) { data, stepId }: Checked<SignalDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.signalWorkflow(id, data, stepId, { tenantId: caller.tenantId });
    return this.standing(id, caller);
  }

  private async standing(instanceId: string, { tenantId }: Caller): Promise<StandingView> {
    const instance = await this.runner.getInstance(instanceId, { tenantId });
    return { success: true, instanceId, status: instance?.status ?? null };
  }
}

function by(caller: Caller): ControlOptions {
  return { caller, tenantId: caller.tenantId };
}
