export type {
  CallCrashPlace,
  CallCrashPoint,
  CrashPoint,
  StepCrashPlace,
  StepCrashPoint,
} from './kit/crash-plan.js';
export * from './history/matchers.js';
export { UnknownStepError, type StepRef } from './history/step-ref.js';
export type { StepStart } from './history/step-start.js';
export { WorkflowHistory } from './history/workflow-history.js';
export { CrashNotReachedError, ProcessDiedError, StillRunningError } from './kit/kit-errors.js';
export type {
  KitProps,
  NestParts,
  OverridableModule,
  OverrideWith,
  TestKitOptions,
} from './kit/kit-options.js';
export { LogBook, type LogLevel, type LogLine } from './kit/log-book.js';
export type { StepFake } from './kit/step-overrides.js';
export { WorkflowTestKit, type AdvanceOptions } from './kit/workflow-test-kit.js';
export { ManualClock } from './manual-clock.js';
