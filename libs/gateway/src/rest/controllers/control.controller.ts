import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner, type ControlOptions } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { ControlDto, RetryDto } from '../dto/control.dto.js';
import { SignalDto } from '../dto/event.dto.js';
import type { Checked } from '../input/checked.js';
import { DtoPipe } from '../input/dto.pipe.js';
import { RestController } from './rest-controller.js';

/** What can be done to an instance. Each answers with the status right after; a running step may still finish. */
@RestController('instances/:id')
export class ControlController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Post('pause')
  @HttpCode(200)
  @RequirePermission('workflow:pause')
  async pause(
    @Param('id') id: string,
    @Body(new DtoPipe(ControlDto)) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.pauseWorkflow(id, { ...by(caller), reason });
    return this.standing(id, caller);
  }

  @Post('resume')
  @HttpCode(200)
  @RequirePermission('workflow:resume')
  async resume(
    @Param('id') id: string,
    @Body(new DtoPipe(ControlDto)) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.resumeWorkflow(id, { ...by(caller), reason });
    return this.standing(id, caller);
  }

  /** Open sagas are compensated. */
  @Post('cancel')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  async cancel(
    @Param('id') id: string,
    @Body(new DtoPipe(ControlDto)) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.cancelWorkflow(id, reason ?? null, by(caller));
    return this.standing(id, caller);
  }

  /** Nothing is compensated. */
  @Post('terminate')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  async terminate(
    @Param('id') id: string,
    @Body(new DtoPipe(ControlDto)) { reason }: Checked<ControlDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.terminateWorkflow(id, reason ?? null, by(caller));
    return this.standing(id, caller);
  }

  @Post('retry')
  @HttpCode(200)
  @RequirePermission('workflow:retry')
  async retry(
    @Param('id') id: string,
    @Body(new DtoPipe(RetryDto)) { reason, fromPointer, data }: Checked<RetryDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.retryWorkflow(id, { ...by(caller), reason, fromPointer, data });
    return this.standing(id, caller);
  }

  @Post('signal')
  @HttpCode(200)
  @RequirePermission('event:publish')
  async signal(
    @Param('id') id: string,
    @Body(new DtoPipe(SignalDto)) { data, stepId }: Checked<SignalDto>,
    @CurrentCaller() caller: Caller,
  ) {
    await this.runner.signalWorkflow(id, data, stepId, { tenantId: caller.tenantId });
    return this.standing(id, caller);
  }

  private async standing(instanceId: string, { tenantId }: Caller) {
    const instance = await this.runner.getInstance(instanceId, { tenantId });
    return { success: true, instanceId, status: instance?.status ?? null };
  }
}

function by(caller: Caller): ControlOptions {
  return { caller, tenantId: caller.tenantId };
}
