import { HttpCode, Inject, Post } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CONTROL_PERMISSIONS } from '../access/control-permissions.js';
import { CurrentCaller } from '../access/current-caller.js';
import { isAllowed } from '../access/permissions.js';
import { ForbiddenError } from '../access/refusals.js';
import { RequireAnyPermission } from '../access/require-permission.js';
import { BulkDto } from '../dto/bulk.dto.js';
import { bulkFilterOf } from '../input/bulk-filter.js';
import { CheckedBody, type Checked } from '../input/checked.js';
import { instanceQueryOf, isOfAnotherTenant } from '../input/instance-query.js';
import { Documented } from '../openapi/documented.decorator.js';
import { bulkView, BulkView } from '../views/bulk.view.js';
import { RestController } from './rest-controller.js';

const NOTHING = { matched: 0, done: 0, refused: 0, failed: 0, errors: [], nextCursor: null };

@RestController('instances')
export class BulkController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Post('bulk')
  @HttpCode(200)
  @RequireAnyPermission([...new Set(Object.values(CONTROL_PERMISSIONS))])
  @Documented({
    id: 'controlInstances',
    summary: 'Does one thing to many instances',
    description:
      'Newest first, at most 10,000 a call; `nextCursor` goes on. What is started meanwhile is left alone. It needs the permission of the action.',
    answers: { 200: BulkView },
  })
  async bulk(
    @CheckedBody(BulkDto) body: Checked<BulkDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<BulkView> {
    const { action, reason } = body;
    const dryRun = body.dryRun === true;
    const permission = CONTROL_PERMISSIONS[action];
    if (!isAllowed(caller.roles, permission)) throw new ForbiddenError(permission);
    const filter = bulkFilterOf(body);
    if (isOfAnotherTenant(filter, caller)) return bulkView(NOTHING, dryRun);
    const { limit, cursor } = body;
    const options = { caller, reason, limit: limit ?? undefined, cursor: cursor ?? undefined, dryRun };
    return bulkView(await this.runner.bulk(action, instanceQueryOf(filter, caller), options), dryRun);
  }
}
