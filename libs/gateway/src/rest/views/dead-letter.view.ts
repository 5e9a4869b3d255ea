import type { Priority } from '@workflow-runner/contract';
import type { DeadLetter } from '@workflow-runner/runner';
import { ListOf, Moment, Of, Shape, Text, TextByName, Whole } from '../openapi/fields.js';
import { InstanceErrorView } from './instance.view.js';
import { PriorityWord } from './words.js';

@Shape('WorkflowDeadLetter', 'A failed instance, without its data.')
export class DeadLetterView {
  @Text({ description: 'Id of the instance.' }) readonly id!: string;
  @Text({ description: 'Full id, `nameSpace.name@version`.', example: 'shop.order@1.0.0' })
  readonly workflowId!: string;
  @Text({ example: '1.0.0' }) readonly version!: string;
  @TextByName({ example: { region: 'eu' } }) readonly tags!: Readonly<Record<string, string>>;
  @Text({ nullable: true, example: 'acme' }) readonly tenantId!: string | null;
  @Text({ nullable: true }) readonly correlationId!: string | null;
  @PriorityWord() readonly priority!: Priority;
  @Of(() => InstanceErrorView, { nullable: true }) readonly error!: InstanceErrorView | null;
  @Whole({ description: 'Of the step that failed it.', example: 3 }) readonly attempts!: number;
  @Text({ nullable: true, description: 'The pointer that failed it: `fromPointer` of a retry.' })
  readonly pointerId!: string | null;
  @Moment() readonly createdAt!: Date;
  @Moment({ nullable: true }) readonly startedAt!: Date | null;
  @Moment() readonly failedAt!: Date;
  @Whole({ description: 'Grows with every change.', example: 7 }) readonly revision!: number;
}

@Shape('WorkflowDeadLetterPage')
export class DeadLetterPageView {
  @ListOf(() => DeadLetterView) readonly items!: readonly DeadLetterView[];
  @Text({ nullable: true, description: 'Gives the next page; null: this was the last one.' })
  readonly nextCursor!: string | null;
}

export function deadLetterView(letter: DeadLetter): DeadLetterView {
  const { id, workflowId, version, tags, tenantId, correlationId, priority, error } = letter;
  const { attempts, pointerId, createdAt, startedAt, failedAt, revision } = letter;
  const facts = { id, workflowId, version, tags, tenantId, correlationId, priority, error };
  return { ...facts, attempts, pointerId, createdAt, startedAt, failedAt, revision };
}
