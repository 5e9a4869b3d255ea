import type { AttemptStatus } from '@workflow-runner/contract';
import type { AttemptInfo, HistoryInfo } from '@workflow-runner/runner';
import { Always, Json, ListOf, Moment, Of, Shape, Text, Whole } from '../openapi/fields.js';
import { ControlView } from './control.view.js';
import { toJson } from './to-json.js';
import { AttemptWord } from './words.js';

@Shape('WorkflowAttemptError')
class AttemptErrorView {
  @Text() readonly message!: string;
  @Text({ nullable: true }) readonly code!: string | null;
  @Text({ nullable: true }) readonly category!: string | null;
}

@Shape('WorkflowAttempt', 'One attempt of one step.')
export class AttemptView {
  @Text() readonly pointerId!: string;
  @Whole({ example: 2 }) readonly stepId!: number;
  @Text({ example: 'ChargePayment' }) readonly stepName!: string;
  @Whole({ description: '1 for the first attempt.', example: 1 }) readonly attempt!: number;
  @AttemptWord() readonly status!: AttemptStatus;
  @Moment({ description: 'When the step was due.' }) readonly queuedAt!: Date;
  @Moment() readonly startedAt!: Date;
  @Moment() readonly endedAt!: Date;
  @Json({ description: 'Fields of the step after its input mappers ran.' }) readonly input!: unknown;
  @Json({ description: 'The outcome value.' }) readonly outcome!: unknown;
  @Of(() => AttemptErrorView, { nullable: true }) readonly error!: AttemptErrorView | null;
  @Always(true, { optional: true, description: 'Input and outcome cannot be decoded, for want of a key.' })
  readonly unreadable?: true;
  @Text({ nullable: true, description: 'Name of the node that ran it.' }) readonly node!: string | null;
}

@Shape('WorkflowHistory', 'Attempts, oldest first, and what was asked of the instance meanwhile.')
export class HistoryView {
  @ListOf(() => AttemptView) readonly items!: readonly AttemptView[];
  @Text({ nullable: true, description: 'Gives the next page; null: this was the last one.' })
  readonly nextCursor!: string | null;
  @ListOf(() => ControlView) readonly controls!: readonly ControlView[];
}

export function historyView({ items, nextCursor, controls }: HistoryInfo): HistoryView {
  return { items: items.map(attemptView), nextCursor, controls };
}

function attemptView(attempt: AttemptInfo): AttemptView {
  return { ...attempt, input: toJson(attempt.input), outcome: toJson(attempt.outcome) };
}
