import { Get, Inject } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { CurrentCaller } from '../access/current-caller.js';
import { ForbiddenError } from '../access/refusals.js';
import { RequirePermission } from '../access/require-permission.js';
import { AuditQueryDto } from '../dto/audit-query.dto.js';
import { CheckedQuery, type Checked } from '../input/checked.js';
import { dateOf, isOfAnotherTenant } from '../input/instance-query.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  auditEntryView,
  AuditPageView,
  AuditVerificationView,
  verificationView,
} from '../views/audit.view.js';
import { RestController } from './rest-controller.js';

/** The audit trail. A caller with a tenant sees its entries only. */
@RestController('audit')
export class AuditController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Get()
  @RequirePermission('audit:view')
  @Documented({
    id: 'listAudit',
    summary: 'Who asked for what, newest first',
    description: 'Everything that the query says must hold.',
    answers: { 200: AuditPageView },
    refuses: ['INVALID_REQUEST'],
  })
  async list(
    @CheckedQuery(AuditQueryDto) query: Checked<AuditQueryDto>,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditPageView> {
    if (isOfAnotherTenant(query, caller)) return { items: [], nextCursor: null };
    const { limit, cursor, sort, tenant, from, to, ...wanted } = query;
    const tenantId = caller.tenantId ?? tenant ?? null;
    const { items, nextCursor } = await this.runner.listAudit(
      { ...wanted, tenantId, from: dateOf(from), to: dateOf(to) },
      { limit, cursor, order: sort },
    );
    return { items: items.map(auditEntryView), nextCursor };
  }

  @Get('verify')
  @RequirePermission('audit:view')
  @Documented({
    id: 'verifyAudit',
    summary: 'Looks whether sealed entries were changed, removed or moved',
    description: 'It recomputes every hash of all tenants, so it is for callers without a tenant.',
    answers: { 200: AuditVerificationView },
  })
  async verify(@CurrentCaller() { tenantId }: Caller): Promise<AuditVerificationView> {
    if (tenantId !== null) throw new ForbiddenError('audit:view over all tenants');
    return verificationView(await this.runner.verifyAudit());
  }
}
