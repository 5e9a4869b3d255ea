import { AUDIT_ACTIONS, AUDIT_RESOURCES, AUDIT_RESULTS } from '@workflow-runner/contract';
import type { AuditAction, AuditResource, AuditResult, Caller } from '@workflow-runner/contract';
import type { AuditInfo, AuditVerification } from '@workflow-runner/runner';
import { Facts, Flag, ListOf, Moment, Of, OneOf, Shape, Text, Texts, Whole } from '../openapi/fields.js';
import { SubjectKind } from './words.js';

const ActionWord = OneOf('WorkflowAuditAction', AUDIT_ACTIONS);
const ResourceWord = OneOf('WorkflowAuditResourceKind', AUDIT_RESOURCES);
const ResultWord = OneOf('WorkflowAuditResult', AUDIT_RESULTS);
const BROKEN = ['changed', 'missing', 'reordered'] as const;
const BrokenWord = OneOf('WorkflowAuditBroken', BROKEN);

@Shape('WorkflowAuditCaller', 'Who asked, as they were then.')
class AuditCallerView {
  @Text({ example: 'ada' }) readonly subject!: string;
  @SubjectKind() readonly kind!: Caller['kind'];
  @Texts({ example: ['operator'] }) readonly roles!: readonly string[];
  @Text({ nullable: true, example: 'acme' }) readonly tenantId!: string | null;
}

@Shape('WorkflowAuditResource', 'What was changed, or was to be.')
class AuditResourceView {
  @ResourceWord() readonly kind!: AuditResource['kind'];
  @Text({ nullable: true, description: 'Null: no single one.' }) readonly id!: string | null;
}

@Shape('WorkflowAuditSeal', 'Its place in a chain.')
class AuditSealView {
  @Text({ description: 'Who sealed it.', example: 'node-1' }) readonly chain!: string;
  @Whole({ example: 42 }) readonly sequence!: number;
  @Text({ description: 'SHA-256 in hexadecimal, over the entry and the hash before.' })
  readonly hash!: string;
}

@Shape('WorkflowAuditEntry', 'Who asked for what, and what became of it.')
export class AuditEntryView {
  @Text() readonly id!: string;
  @Moment({ description: 'When it became durable.' }) readonly at!: Date;
  @Of(() => AuditCallerView, { nullable: true, description: 'Null: nobody was known.' })
  readonly caller!: AuditCallerView | null;
  @Text({ nullable: true, example: 'acme' }) readonly tenantId!: string | null;
  @ActionWord() readonly action!: AuditAction;
  @Of(() => AuditResourceView) readonly resource!: AuditResourceView;
  @Text({ nullable: true }) readonly instanceId!: string | null;
  @Text({ nullable: true, example: 'shop.order@1.0.0' }) readonly workflowId!: string | null;
  @ResultWord() readonly result!: AuditResult;
  @Text({ nullable: true }) readonly reason!: string | null;
  @Text({ nullable: true }) readonly correlationId!: string | null;
  @Facts({ description: 'Never payloads.', example: { count: 3 } })
  readonly details!: Readonly<Record<string, string | number | boolean>>;
  @Of(() => AuditSealView, { nullable: true, description: 'Null for a second after it was written.' })
  readonly seal!: AuditSealView | null;
}

@Shape('WorkflowAuditPage')
export class AuditPageView {
  @ListOf(() => AuditEntryView) readonly items!: readonly AuditEntryView[];
  @Text({ nullable: true, description: 'Gives the next page; null: this was the last one.' })
  readonly nextCursor!: string | null;
}

@Shape('WorkflowAuditPlace')
class ChainPlaceView {
  @Whole() readonly sequence!: number;
  @Text() readonly hash!: string;
}

@Shape('WorkflowAuditBrokenLink', 'The first link of a chain that does not fit.')
class BrokenLinkView {
  @Whole() readonly sequence!: number;
  @BrokenWord() readonly what!: (typeof BROKEN)[number];
}

@Shape('WorkflowAuditChain')
class ChainVerificationView {
  @Text({ example: 'node-1' }) readonly chain!: string;
  @Whole({ description: 'That were looked at and fit.' }) readonly entries!: number;
  @Of(() => ChainPlaceView) readonly head!: ChainPlaceView;
  @Of(() => BrokenLinkView, { nullable: true, description: 'Null: the chain is whole.' })
  readonly broken!: BrokenLinkView | null;
}

@Shape('WorkflowAuditVerification')
export class AuditVerificationView {
  @Flag({ description: 'Every chain is whole.' }) readonly ok!: boolean;
  @ListOf(() => ChainVerificationView) readonly chains!: readonly ChainVerificationView[];
  @Whole({ description: 'Entries that are in no chain yet.' }) readonly unsealed!: number;
}

export function auditEntryView(entry: AuditInfo): AuditEntryView {
  const { id, at, caller, tenantId, action, resource, instanceId, workflowId } = entry;
  const { result, reason, correlationId, details, seal } = entry;
  const what = { id, at, caller, tenantId, action, resource, instanceId, workflowId };
  return { ...what, result, reason, correlationId, details, seal };
}

export function verificationView({ ok, chains, unsealed }: AuditVerification): AuditVerificationView {
  return {
    ok,
    chains: chains.map(({ chain, entries, head, broken = null }) => ({ chain, entries, head, broken })),
    unsealed,
  };
}
