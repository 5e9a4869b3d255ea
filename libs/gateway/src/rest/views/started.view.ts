import type { InstanceStatus } from '@workflow-runner/contract';
import type { StartResult } from '@workflow-runner/runner';
import { Problem } from '../errors/problem.js';
import { Always, ListOf, Moment, Of, Shape, Text, Whole } from '../openapi/fields.js';
import { Status } from './words.js';

type Started = Exclude<StartResult, { error: Error }>;

@Shape('WorkflowStarted')
export class StartedView {
  @Always(true) readonly success!: true;
  @Text() readonly instanceId!: string;
  @Text({ description: 'Full id, `nameSpace.name@version`.', example: 'shop.order@1.0.0' })
  readonly workflowId!: string;
  @Text({ example: '1.0.0' }) readonly version!: string;
  @Status() readonly status!: InstanceStatus;
  @Text({ example: 'Workflow started' }) readonly message!: string;
  @Moment() readonly timestamp!: string;
}

@Shape('WorkflowStartVerdict', 'What became of one start of a batch: an instance, or a problem.')
class StartVerdictView {
  @Whole({ description: 'The HTTP status it would have had alone.', example: 201 }) readonly status!: number;
  @Text({ optional: true }) readonly instanceId?: string;
  @Of(() => Problem, { optional: true }) readonly error?: Problem;
}

@Shape('WorkflowBatchStarted')
export class BatchStartedView {
  @ListOf(() => StartVerdictView, { description: 'In the order of the request.' })
  readonly items!: readonly StartVerdictView[];
}

export function startedView(
  { instanceId, workflowId, repeated }: Started,
  status: InstanceStatus,
  now: Date,
): StartedView {
  return {
    success: true,
    instanceId,
    workflowId,
    version: workflowId.slice(workflowId.lastIndexOf('@') + 1),
    status,
    message: repeated ? 'This idempotency key has started it before' : 'Workflow started',
    timestamp: now.toISOString(),
  };
}

/** One verdict of a batch, with the HTTP status it would have had alone. */
export function itemView(result: StartResult, problemOf: (error: Error) => Problem): StartVerdictView {
  if (!('error' in result)) return { status: result.repeated ? 200 : 201, instanceId: result.instanceId };
  const error = problemOf(result.error);
  return { status: error.status, error };
}
