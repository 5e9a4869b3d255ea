import { EsOutcomeBuilder, type EsStepBuilder } from './es-builders.js';
import type { InlineRun, StepBodyClass } from './expressions.js';
import { inlineBody } from './inline-body.js';
import type { StepBuilder } from './step-builder.js';
import type { WorkflowBuilder } from './workflow-builder.js';
import { type InlineStepBody, type StepBody, type StepOutcome, WorkflowStep } from './workflow-es.js';

/** Says where one outcome of a step leads. */
export class OutcomeBuilder<TData> extends EsOutcomeBuilder<TData> {
  readonly #workflow: WorkflowBuilder<TData>;
  readonly #edge: StepOutcome;

  constructor(workflow: WorkflowBuilder<TData>, edge: StepOutcome) {
    super(workflow, edge);
    this.#workflow = workflow;
    this.#edge = edge;
  }

  override then<TStep extends StepBody>(
    body: StepBodyClass<TStep>,
    setup?: (step: StepBuilder<TStep, TData>) => void,
  ): StepBuilder<TStep, TData> {
    const step = this.#workflow.appendStep(new WorkflowStep<TStep>(), body);
    setup?.(step);
    this.#edge.nextStep = step.step.id;
    return step;
  }

  /** Leads to a step that stands elsewhere in the same workflow. */
  override thenStep<TBuilder extends EsStepBuilder<StepBody, TData>>(step: TBuilder): TBuilder {
    this.#edge.nextStep = step.step.id;
    return step;
  }

  override thenRun(run: InlineRun): StepBuilder<InlineStepBody, TData> {
    return this.then(inlineBody(run));
  }
}
