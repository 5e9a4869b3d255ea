import 'reflect-metadata';

/**
 * workflow-es's builders under other names: ours are their subtypes, so that a `build()` written against
 * either is accepted. Two of them have no front door.
 */
export {
  ParallelStepBuilder as EsParallelStepBuilder,
  StepBuilder as EsStepBuilder,
  WorkflowBuilder as EsWorkflowBuilder,
} from 'workflow-es';
export { OutcomeBuilder as EsOutcomeBuilder } from 'workflow-es/build/src/fluent-builders/outcome-builder.js';
export { ReturnStepBuilder as EsReturnStepBuilder } from 'workflow-es/build/src/fluent-builders/return-step-builder.js';
