import { Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { RetryDto } from '../dto/control.dto.js';
import { DeadLetterQueryDto, DiscardDto } from '../dto/dead-letter.dto.js';
import { CheckedBody, CheckedQuery, type Checked } from '../input/checked.js';
import { dateOf } from '../input/instance-query.js';
import { Documented } from '../openapi/documented.decorator.js';
import { StandingView } from '../views/control.view.js';
import { DeadLetterPageView, deadLetterView } from '../views/dead-letter.view.js';
import { RestController } from './rest-controller.js';

const INSTANCE = { id: 'Id of the instance.' };
const REFUSES = ['INSTANCE_NOT_FOUND', 'INVALID_TRANSITION', 'REVISION_CONFLICT'] as const;

/** Instances that failed for good: somebody must decide about each. A caller with a tenant finds nothing of others. */
@RestController('dead-letters')
export class DeadLettersController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Get()
  @RequirePermission('workflow:view')
  @Documented({
    id: 'listDeadLetters',
    summary: 'Failed instances, newest first',
    description: 'By their creation. Everything that the query says must hold.',
    answers: { 200: DeadLetterPageView },
    refuses: ['INVALID_REQUEST'],
  })
  async list(
    @CheckedQuery(DeadLetterQueryDto) query: Checked<DeadLetterQueryDto>,
    @CurrentCaller() { tenantId }: Caller,
  ): Promise<DeadLetterPageView> {
    const { workflow, category, code, search, limit, cursor } = query;
    const [failedFrom, failedTo] = [dateOf(query.failedFrom), dateOf(query.failedTo)];
    const wanted = { tenantId, workflow, category, code, search, failedFrom, failedTo };
    const { items, nextCursor } = await this.runner.listDeadLetters(wanted, { limit, cursor });
    return { items: items.map(deadLetterView), nextCursor };
  }

  @Post(':id/retry')
  @HttpCode(200)
  @RequirePermission('workflow:retry')
  @Documented({
    id: 'retryDeadLetter',
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
  ): Promise<StandingView> {
    const { tenantId } = caller;
    await this.runner.retryWorkflow(id, { caller, tenantId, reason, fromPointer, data });
    return this.standing(id, tenantId);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  @Documented({
    id: 'discardDeadLetter',
    summary: 'Gives up a failed instance',
    description: 'It becomes `cancelled`, with the reason and its error. Nothing is undone.',
    params: INSTANCE,
    answers: { 200: StandingView },
    refuses: [...REFUSES],
  })
  async discard(
    @Param('id') id: string,
    @CheckedBody(DiscardDto) { reason }: Checked<DiscardDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<StandingView> {
    const { tenantId } = caller;
    await this.runner.discardWorkflow(id, reason, { caller, tenantId });
    return this.standing(id, tenantId);
  }

  private async standing(instanceId: string, tenantId: string | null): Promise<StandingView> {
    const instance = await this.runner.getInstance(instanceId, { tenantId });
    return { success: true, instanceId, status: instance?.status ?? null };
  }
}
