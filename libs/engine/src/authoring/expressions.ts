import type { StepContext } from './step-context.js';
import type { ExecutionResult, StepBody } from './workflow-es.js';

/** Copies between the instance's data and a step body. The context tells, for example, the foreach item. */
export type StepMapper<TStep extends StepBody = StepBody, TData = unknown> = (
  step: TStep,
  data: TData,
  context: StepContext,
) => void;

/** Computes a setting of a step from the instance's data, before every run of that step. */
export type DataExpression<TData, TResult> = (data: TData, context: StepContext) => TResult;

/** The body of an inline step. */
export type InlineRun = (context: StepContext) => Promise<ExecutionResult>;

/** A step body class; constructor parameters are for bodies that a container of the host makes. */
export type StepBodyClass<TStep extends StepBody = StepBody> = new (...args: never[]) => TStep;
