import { isInlineBody } from '../authoring/inline-body.js';
import { SagaContainer, WorkflowStep, WorkflowStepBase } from '../authoring/workflow-es.js';

/** A step and what the engine needs to know of it at every execution. */
export interface CompiledStep {
  readonly id: number;
  /** The author's name for it, else the body's class name, else `step <id>`. */
  readonly name: string;
  /** The body's class name, `inline` for a function, `Saga` for a saga, `<step class>(<body>)` for own ones. */
  readonly kind: string;
  readonly model: WorkflowStepBase;
  /** Whether its completed children are compensated when one of them fails. */
  readonly isSaga: boolean;
  /** A saga that itself, or one of whose steps at any depth, has a compensation; others handle nothing. */
  readonly sagaCompensates: boolean;
  readonly compensationStepId: number | null;
  /** The author's own `onError`, a value of WorkflowErrorHandling, or null. */
  readonly behavior: number | null;
  /** In ms, for behavior Retry. */
  readonly retryInterval: number;
  readonly hasInputs: boolean;
  /** Whether it has children. */
  readonly isContainer: boolean;
  /** Whether the step class overrides none of workflow-es's hooks around an execution. */
  readonly usesPlainHooks: boolean;
}

/** workflow-es's own interval, which counts when the author gave none. */
export const DEFAULT_RETRY_INTERVAL_MS = 60_000;

/** Expects steps whose edges are checked. */
export function compileSteps(models: readonly WorkflowStepBase[]): CompiledStep[] {
  return models.map((model) => compileStep(model, models));
}

function compileStep(model: WorkflowStepBase, models: readonly WorkflowStepBase[]): CompiledStep {
  const isSaga = model instanceof SagaContainer || model.revertChildrenAfterCompensation();
  return {
    id: model.id,
    name: model.name || (isInlineBody(model.body) ? '' : model.body.name) || `step ${model.id}`,
    kind: kindOf(model),
    model,
    isSaga,
    sagaCompensates: isSaga && hasCompensation(model, models),
    compensationStepId: model.compensationStepId ?? null,
    behavior: model.errorBehavior || null,
    retryInterval: model.retryInterval ?? DEFAULT_RETRY_INTERVAL_MS,
    hasInputs: model.inputs.length > 0,
    isContainer: model.children.length > 0,
    usesPlainHooks: usesPlainHooks(model),
  };
}

function kindOf(model: WorkflowStepBase): string {
  const body = isInlineBody(model.body) ? 'inline' : model.body.name || 'anonymous';
  const stepClass = model.constructor;
  if (stepClass === WorkflowStep) return body;
  if (stepClass === SagaContainer) return body === 'Sequence' ? 'Saga' : `Saga(${body})`;
  return `${stepClass.name}(${body})`;
}

/** Walks the saga's children and what follows them, at every depth, but no compensation. */
function hasCompensation(saga: WorkflowStepBase, models: readonly WorkflowStepBase[]): boolean {
  if (saga.compensationStepId != null) return true;
  const seen = new Set<number>([saga.id]);
  const open = [...saga.children];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = models[id];
    if (!step || seen.has(id)) continue;
    if (step.compensationStepId != null) return true;
    seen.add(id);
    open.push(...step.children, ...step.outcomes.map((outcome) => outcome.nextStep));
  }
  return false;
}

function usesPlainHooks(model: WorkflowStepBase): boolean {
  const plain = WorkflowStepBase.prototype;
  return HOOKS.every((hook) => model[hook] === plain[hook]);
}

const HOOKS = ['initForExecution', 'beforeExecute', 'afterExecute', 'afterWorkflowIteration'] as const;
