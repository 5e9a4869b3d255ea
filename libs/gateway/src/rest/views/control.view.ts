import type { Caller, ControlAction, InstanceStatus } from '@workflow-runner/contract';
import { Always, Moment, Of, Shape, Text } from '../openapi/fields.js';
import { Action, Status, SubjectKind } from './words.js';

@Shape('WorkflowSubject', 'Who asked.')
class SubjectView {
  @Text({ example: 'ada' }) readonly subject!: string;
  @SubjectKind() readonly kind!: Caller['kind'];
}

@Shape('WorkflowControl', 'What somebody asked of an instance. A deadline shows as `cancel` by `system`.')
export class ControlView {
  @Action() readonly action!: ControlAction;
  @Of(() => SubjectView) readonly caller!: SubjectView;
  @Text({ nullable: true }) readonly reason!: string | null;
  @Moment() readonly askedAt!: Date;
  @Moment({ nullable: true, description: 'When it became durable; null: it still stands.' })
  readonly grantedAt!: Date | null;
}

@Shape('WorkflowStanding', 'How an instance stands right after a request; a running step may still finish.')
export class StandingView {
  @Always(true) readonly success!: true;
  @Text() readonly instanceId!: string;
  @Status({ nullable: true })
  readonly status!: InstanceStatus | null;
}
