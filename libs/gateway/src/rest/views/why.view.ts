import type { InstanceStatus } from '@workflow-runner/contract';
import type { WaitingFor, WhyInfo } from '@workflow-runner/runner';
import { ListOf, Moment, Of, OneOf, Shape, Text, Texts, Whole } from '../openapi/fields.js';
import { ControlView } from './control.view.js';
import { Status } from './words.js';

const Reason = OneOf('WorkflowWaitingFor', [
  'event',
  'timer',
  'retry',
  'delay',
  'running',
  'children',
  'slot',
  'paused',
  'failed',
  'unregistered',
  'definition-changed',
  'unreadable',
  'suspect',
]);

@Shape('WorkflowWait', 'What one pointer waits for, since when and, where that is known, until when.')
class PointerView {
  @Text() readonly pointerId!: string;
  @Text({ example: 'AskForApproval' }) readonly stepName!: string;
  @Reason() readonly waitingFor!: WaitingFor;
  @Text({ optional: true, description: 'Node that runs it.' }) readonly owner?: string;
  @Text({ optional: true, example: 'order.approved' }) readonly eventName?: string;
  @Text({ optional: true, example: 'A-1' }) readonly eventKey?: string;
  @Whole({ optional: true }) readonly attempt?: number;
  @Moment({ optional: true }) readonly since?: Date;
  @Moment({ optional: true }) readonly until?: Date;
  @Texts({ optional: true, description: 'Of a compensation: the steps that are left to undo.' })
  readonly leftToUndo?: readonly string[];
}

@Shape('WorkflowWhy', 'Why an instance stands where it stands.')
export class WhyView {
  @Text() readonly instanceId!: string;
  @Status() readonly status!: InstanceStatus;
  @Of(() => ControlView, { nullable: true, description: 'What was asked of it last.' })
  readonly control!: ControlView | null;
  @ListOf(() => PointerView, { description: 'Empty when it has completed or was cancelled.' })
  readonly pointers!: readonly PointerView[];
}

export function whyView({ instanceId, status, control, pointers }: WhyInfo): WhyView {
  return { instanceId, status, control, pointers };
}
