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
export { InjectWorkflow, handleToken } from './nest/inject-workflow.decorator.js';
export { NestLogger } from './nest/nest-logger.js';
export { OnWorkflowEvent, type WorkflowEventOptions } from './nest/on-workflow-event.decorator.js';
export { PROPS_OVERRIDE, type PropsOverride } from './nest/props-override.js';
export { WorkflowHandle } from './nest/workflow-handle.js';
export {
  WorkflowRunnerModule,
  type WorkflowRunnerAsyncOptions,
  type WorkflowRunnerOptionsFactory,
} from './nest/workflow-runner.module.js';
export { WorkflowRunnerService } from './nest/workflow-runner.service.js';
export { Workflow } from './nest/workflow.decorator.js';
export type { AuditInfo } from './audit/audit-info.js';
export type { AuditQuery } from './audit/list-audit.js';
export type { Refusal } from './audit/refusal-ledger.js';
export type { AuditVerification, ChainVerification } from './audit/verify-audit.js';
export type { AttemptInfo } from './attempt-info.js';
export type { AutoStartReport } from './auto-start.js';
export { BULK_ACTIONS, MOST_IN_BULK, type BulkAction, type BulkOptions, type BulkResult } from './bulk.js';
export type { ControlInfo } from './control-info.js';
export { ComponentFailedError, type RunnerComponent } from './component-failed.js';
export type { DeadLetter } from './dead-letter-info.js';
export type { DeadLetterQuery } from './dead-letters.js';
export * from './default-runner.js';
export { parseDuration } from './duration.js';
export type { InstanceError, InstanceInfo, InstanceSummary } from './instance-info.js';
export * from './json-logger.js';
export { Feed } from './feed/feed.js';
export type { FeedEntry, FeedTelling } from './feed/feed-entry.js';
export type { FeedOptions, FeedQuery } from './feed/feed-query.js';
export type { KnownWorkflow } from './known-workflows.js';
export { LegacyHost } from './legacy-host.js';
export type { RunnerListener, RunnerTelling } from './listeners.js';
export type { RegisteredWorkflow } from './registered-workflow.js';
export type { HistoryInfo } from './questions.js';
export * from './request-options.js';
export type { HealthDetail, RunnerHealth } from './runner-health.js';
export * from './runner-metrics.js';
export * from './runner-props.js';
export type { RunningStep } from './running-step.js';
export {
  RUNNER_STATUSES,
  RunnerTransitionError,
  type RunnerMove,
  type RunnerStatus,
} from './runner-status.js';
export * from './start-options.js';
export type { PointerInfo, WhyInfo } from './why-info.js';
export { WorkflowRunner, type IWorkflowState } from './workflow-runner.js';
export type { RunnerWorkflow, WorkflowOptions } from './workflow-options.js';
export { currentScope, runInScope, type WorkflowScope } from './workflow-scope.js';
export type { WorkflowType } from './workflow-type.js';
