import { Get, Inject, Param, Query } from '@nestjs/common';
import { InstanceNotFoundError, type Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { RequirePermission } from '../access/require-permission.js';
import { InstanceQueryDto } from '../dto/instance-query.dto.js';
import { PageQueryDto } from '../dto/page-query.dto.js';
import type { Checked } from '../input/checked.js';
import { DtoPipe } from '../input/dto.pipe.js';
import { instanceQueryOf, isOfAnotherTenant } from '../input/instance-query.js';
import { attemptView } from '../views/attempt.view.js';
import { instanceView, summaryView } from '../views/instance.view.js';
import { RestController } from './rest-controller.js';

/** Questions about instances. A caller with a tenant finds nothing of others. */
@RestController('instances')
export class InstancesController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Get()
  @RequirePermission('workflow:view')
  async list(
    @Query(new DtoPipe(InstanceQueryDto, 'query')) query: Checked<InstanceQueryDto>,
    @CurrentCaller() caller: Caller,
  ) {
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
  async get(@Param('id') id: string, @CurrentCaller() { tenantId }: Caller) {
    const instance = await this.runner.getInstance(id, { tenantId });
    if (!instance) throw new InstanceNotFoundError(id);
    return instanceView(instance);
  }

  @Get(':id/history')
  @RequirePermission('workflow:view')
  async history(
    @Param('id') id: string,
    @Query(new DtoPipe(PageQueryDto, 'query')) { limit, cursor }: Checked<PageQueryDto>,
    @CurrentCaller() { tenantId }: Caller,
  ) {
    const page = await this.runner.getHistory(id, { limit, cursor }, { tenantId });
    return { items: page.items.map(attemptView), nextCursor: page.nextCursor };
  }

  @Get(':id/why')
  @RequirePermission('workflow:view')
  async why(@Param('id') id: string, @CurrentCaller() { tenantId }: Caller) {
    const { instanceId, status, pointers } = await this.runner.why(id, { tenantId });
    return { instanceId, status, pointers };
  }
}
