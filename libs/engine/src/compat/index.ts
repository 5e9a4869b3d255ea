// First, so that workflow-es finds this copy and not its own older one.
import 'reflect-metadata';

/*
 * The front door of workflow-es, over our engine: everything it exports, with the host, the memory provider, the
 * configuration and the builders replaced by ours. Code that imported `workflow-es` imports this instead.
 */
/*
 * Name by name: a star would also take along the name under which Node offers a CommonJS module as a whole, and
 * from Node 23 on `require` of this door would answer with workflow-es itself.
 */
export {
  ConsoleLogger,
  ContainerData,
  Event,
  EventQueueWorker,
  EventSubscription,
  ExecutionError,
  ExecutionPipelineDirective,
  ExecutionPointer,
  ExecutionPointerFactory,
  ExecutionResult,
  ExecutionResultProcessor,
  InlineStepBody,
  NullLogger,
  PointerStatus,
  PollWorker,
  QueueType,
  SagaContainer,
  SchedulePersistenceData,
  SingleNodeLockProvider,
  SingleNodeQueueProvider,
  StepBody,
  StepExecutionContext,
  StepOutcome,
  TYPES,
  WorkflowBase,
  WorkflowConfig,
  WorkflowDefinition,
  WorkflowErrorHandling,
  WorkflowExecutor,
  WorkflowExecutorResult,
  WorkflowInstance,
  WorkflowQueueWorker,
  WorkflowRegistry,
  WorkflowStatus,
  WorkflowStep,
  WorkflowStepBase,
} from 'workflow-es';
export type {
  IBackgroundWorker,
  IDistributedLockProvider,
  IExecutionPointerFactory,
  IExecutionResultProcessor,
  ILogger,
  IPersistenceProvider,
  IQueueProvider,
  IWorkflowExecutor,
  IWorkflowHost,
  IWorkflowRegistry,
} from 'workflow-es';
export { ParallelStepBuilder } from '../authoring/parallel-step-builder.js';
export { StepBuilder } from '../authoring/step-builder.js';
export { WorkflowBuilder } from '../authoring/workflow-builder.js';
export { configureWorkflow } from './configure-workflow.js';
export { EsHost } from './es-host.js';
export { MemoryPersistenceProvider } from './memory-persistence-provider.js';
export { provideStore, type StoreFactory } from './provide-store.js';
export { StorePersistenceProvider } from './store-persistence-provider.js';
export { WorkflowHost } from './workflow-host.js';
