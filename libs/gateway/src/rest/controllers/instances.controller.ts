import { Get, Inject, Param } from '@nestjs/common';
import { InstanceNotFoundError, type Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { InstanceQueryDto } from '../dto/instance-query.dto.js';
import { PageQueryDto } from '../dto/page-query.dto.js';
import { CheckedQuery, type Checked } from '../input/checked.js';
import { instanceQueryOf, isOfAnotherTenant } from '../input/instance-query.js';
import { Documented } from '../openapi/documented.decorator.js';
import { historyView, HistoryView } from '../views/attempt.view.js';
import { InstancePageView, instanceView, InstanceView, summaryView } from '../views/instance.view.js';
import { whyView, WhyView } from '../views/why.view.js';
import { INSTANCE } from './asking.js';
import { RestController } from './rest-controller.js';

/** Questions about instances. A caller with a tenant finds nothing of others. */
@RestController('instances')
export class InstancesController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Get()
  @RequirePermission('workflow:view')
  @Documented({
    id: 'listInstances',
    summary: 'Instances, newest first',
    description: 'Everything that the query says must hold.',
    answers: { 200: InstancePageView },
    refuses: ['INVALID_REQUEST'],
  })
  async list(
    @CheckedQuery(InstanceQueryDto) query: Checked<InstanceQueryDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<InstancePageView> {
    if (isOfAnotherTenant(query, caller)) return { items: [], nextCursor: null };
    const { limit, cursor, sort } = query;
    const page = await this.runner.listInstances(instanceQueryOf(query, caller), {
      limit,
      cursor,
      order: sort,
    });
    return { items: page.items.map(summaryView), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @RequirePermission('workflow:view')
  @Documented({
    id: 'getInstance',
    summary: 'An instance with its data',
    params: INSTANCE,
    answers: { 200: InstanceView },
    refuses: ['INSTANCE_NOT_FOUND'],
  })
  async get(@Param('id') id: string, @CurrentCaller() { tenantId }: Caller): Promise<InstanceView> {
    const instance = await this.runner.getInstance(id, { tenantId });
    if (!instance) throw new InstanceNotFoundError(id);
    return instanceView(instance);
  }

  @Get(':id/history')
  @RequirePermission('workflow:view')
  @Documented({
    id: 'getHistory',
    summary: 'Every attempt of every step, oldest first',
    params: INSTANCE,
    answers: { 200: HistoryView },
    refuses: ['INSTANCE_NOT_FOUND', 'INVALID_REQUEST'],
  })
  async history(
    @Param('id') id: string,
    @CheckedQuery(PageQueryDto) { limit, cursor }: Checked<PageQueryDto>,
    @CurrentCaller() { tenantId }: Caller,
  ): Promise<HistoryView> {
    return historyView(await this.runner.getHistory(id, { limit, cursor }, { tenantId }));
  }

  @Get(':id/why')
  @RequirePermission('workflow:view')
  @Documented({
    id: 'explainInstance',
    summary: 'What an instance waits for',
    params: INSTANCE,
    answers: { 200: WhyView },
    refuses: ['INSTANCE_NOT_FOUND'],
  })
  async why(@Param('id') id: string, @CurrentCaller() { tenantId }: Caller): Promise<WhyView> {
    return whyView(await this.runner.why(id, { tenantId }));
  }
}
