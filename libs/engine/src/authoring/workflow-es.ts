// Must come first: workflow-es carries an older copy of its own and uses it when no other is loaded yet.
import 'reflect-metadata';

/** What stays of workflow-es in the hands of authors. */
export {
  ContainerData,
  ExecutionError,
  ExecutionPipelineDirective,
  ExecutionPointer,
  ExecutionResult,
  InlineStepBody,
  PointerStatus,
  SagaContainer,
  SchedulePersistenceData,
  StepBody,
  StepExecutionContext,
  StepOutcome,
  WorkflowBase,
  WorkflowDefinition,
  WorkflowErrorHandling,
  WorkflowExecutorResult,
  WorkflowInstance,
  WorkflowStatus,
  WorkflowStep,
  WorkflowStepBase,
} from 'workflow-es';
