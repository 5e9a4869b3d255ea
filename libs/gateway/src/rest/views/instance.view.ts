import type { FailureCategory, InstanceStatus, Priority } from '@workflow-runner/contract';
import type { InstanceInfo, InstanceSummary } from '@workflow-runner/runner';
import { Json, ListOf, Moment, Of, Shape, Text, TextByName, Whole } from '../openapi/fields.js';
import { toJson } from './to-json.js';
import { Category, PriorityWord, Status } from './words.js';

@Shape('WorkflowInstanceError', 'Why an instance failed.')
export class InstanceErrorView {
  @Text() readonly message!: string;
  @Text({ nullable: true }) readonly code!: string | null;
  @Category() readonly category!: FailureCategory;
  @Text({ nullable: true, description: 'Name of the step; null when no step is to blame.' })
  readonly step!: string | null;
  @Whole({ example: 3 }) readonly attempt!: number;
}

@Shape('WorkflowInstanceSummary', 'An instance as lists answer it: without its data.')
export class SummaryView {
  @Text({ example: '0199c1a4-6a0e-7b1c-9d55-5d6d3d7f0a11' }) readonly id!: string;
  @Text({ description: 'Full id, `nameSpace.name@version`.', example: 'shop.order@1.0.0' })
  readonly workflowId!: string;
  @Text({ example: '1.0.0' }) readonly version!: string;
  @Status() readonly status!: InstanceStatus;
  @Text({
    nullable: true,
    description:
      'Why it has that status: what a caller gave, or a word such as `slot`, `DEADLINE`, `definition-changed`.',
    example: 'slot',
  })
  readonly statusReason!: string | null;
  @TextByName({ example: { region: 'eu' } }) readonly tags!: Readonly<Record<string, string>>;
  @Text({ nullable: true, example: 'acme' }) readonly tenantId!: string | null;
  @Text({ nullable: true }) readonly correlationId!: string | null;
  @PriorityWord() readonly priority!: Priority;
  @Moment() readonly createdAt!: Date;
  @Moment({ nullable: true }) readonly startedAt!: Date | null;
  @Moment({ nullable: true, description: 'When it ended, in whichever way.' })
  readonly completedAt!: Date | null;
  @Of(() => InstanceErrorView, {
    optional: true,
    description: 'Only of an instance that failed, or ended with an error.',
  })
  readonly error?: InstanceErrorView;
  @Whole({ description: 'Grows with every change.', example: 7 }) readonly revision!: number;
}

@Shape('WorkflowInstance', 'An instance with its data.')
export class InstanceView extends SummaryView {
  @Json({ example: { orderId: 'A-1' } }) readonly data!: unknown;
}

@Shape('WorkflowInstancePage')
export class InstancePageView {
  @ListOf(() => SummaryView) readonly items!: readonly SummaryView[];
  @Text({ nullable: true, description: 'Gives the next page; null: this was the last one.' })
  readonly nextCursor!: string | null;
}

export function summaryView(instance: InstanceSummary): SummaryView {
  const { id, workflowId, version, status, tags, tenantId, correlationId, priority, revision, error } =
    instance;
  const { statusReason, createdAt, startedAt, completedAt } = instance;
  const facts = { id, workflowId, version, status, statusReason, tags, tenantId, correlationId, priority };
  return { ...facts, createdAt, startedAt, completedAt, ...(error && { error }), revision };
}

export function instanceView(instance: InstanceInfo): InstanceView {
  return { ...summaryView(instance), data: toJson(instance.data) };
}
