import {
  ExecutionPipelineDirective,
  type ExecutionPointer,
  type StepBody,
  type WorkflowExecutorResult,
} from '../authoring/workflow-es.js';
import type { Execution } from './execution.js';

/** What a hook of a custom step class decided, with the subscriptions it asked for. */
export interface HookResult {
  readonly directive: number;
  readonly collected: WorkflowExecutorResult;
}

export function runHook(
  hook: 'initForExecution' | 'beforeExecute',
  execution: Execution,
  collected: WorkflowExecutorResult,
  body: StepBody,
): HookResult {
  const { model } = execution.step;
  const { runner } = execution;
  const pointer = execution.pointer as unknown as ExecutionPointer;
  const directive: unknown =
    hook === 'initForExecution'
      ? model.initForExecution(collected, runner.definition.model, runner.view, pointer)
      : model.beforeExecute(collected, execution.context, pointer, body);
  return {
    directive: typeof directive === 'number' ? directive : ExecutionPipelineDirective.Next,
    collected,
  };
}
