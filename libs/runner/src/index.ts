export * from '@workflow-runner/contract';
export {
  ContainerData,
  Delay,
  ExecutionError,
  ExecutionPipelineDirective,
  ExecutionPointer,
  ExecutionResult,
  Foreach,
  If,
  InlineStepBody,
  NOW_EFFECTIVE,
  OutcomeBuilder,
  ParallelStepBuilder,
  PointerStatus,
  ReturnStepBuilder,
  SagaContainer,
  Schedule,
  SchedulePersistenceData,
  Sequence,
  StepBody,
  StepBuilder,
  StepExecutionContext,
  StepOutcome,
  WaitFor,
  While,
  WorkflowBase,
  WorkflowBuilder,
  WorkflowDefinition,
  WorkflowErrorHandling,
  WorkflowExecutorResult,
  WorkflowInstance,
  WorkflowStatus,
  WorkflowStep,
  WorkflowStepBase,
} from '@workflow-runner/engine';
export type {
  Buildable,
  DefinitionGraph,
  GraphEdge,
  GraphNode,
  IWorkflow,
  PlainWorkflow,
  StepActivator,
  StepContext,
  WaitingFor,
  WorkflowClass,
  WorkflowComponent,
  WorkflowData,
  WorkflowSource,
} from '@workflow-runner/engine';
export type { AttemptInfo } from './attempt-info.js';
export type { AutoStartReport } from './auto-start.js';
export { ComponentFailedError, type RunnerComponent } from './component-failed.js';
export * from './default-runner.js';
export { parseDuration } from './duration.js';
export type { InstanceError, InstanceInfo, InstanceSummary } from './instance-info.js';
export * from './json-logger.js';
export { LegacyHost } from './legacy-host.js';
export type { RunnerListener, RunnerTelling } from './listeners.js';
export type { RegisteredWorkflow } from './registered-workflow.js';
export * from './request-options.js';
export type { HealthDetail, RunnerHealth } from './runner-health.js';
export * from './runner-metrics.js';
export * from './runner-props.js';
export { RUNNER_STATUSES, RunnerTransitionError, type RunnerStatus } from './runner-status.js';
export * from './start-options.js';
export type { PointerInfo, WhyInfo } from './why-info.js';
export { WorkflowRunner, type IWorkflowState } from './workflow-runner.js';
