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
import { ASKED, by, RETRIED, standingOf } from './asking.js';
import { RestController } from './rest-controller.js';

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
    ...RETRIED,
  })
  async retry(
    @Param('id') id: string,
    @CheckedBody(RetryDto) { reason, fromPointer, data }: Checked<RetryDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<StandingView> {
    await this.runner.retryWorkflow(id, { ...by(caller), reason, fromPointer, data });
    return standingOf(this.runner, id, caller);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @RequirePermission('workflow:cancel')
  @Documented({
    id: 'discardDeadLetter',
    summary: 'Gives up a failed instance',
    description: 'It becomes `cancelled`, with the reason and its error. Nothing is undone.',
    ...ASKED,
  })
  async discard(
    @Param('id') id: string,
    @CheckedBody(DiscardDto) { reason }: Checked<DiscardDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<StandingView> {
    await this.runner.discardWorkflow(id, reason, by(caller));
    return standingOf(this.runner, id, caller);
  }
}
