import { EsReturnStepBuilder } from './es-builders.js';
import type { StepBuilder } from './step-builder.js';
import type { BodyBuilder, WorkflowBuilder } from './workflow-builder.js';
import type { StepBody, WorkflowStep } from './workflow-es.js';

/** Fills a container that runs beside the main line, then returns to the step before it. */
export class ReturnStepBuilder<
  TData,
  TStep extends StepBody,
  TParent extends StepBody,
> extends EsReturnStepBuilder<TData, TStep, TParent> {
  readonly #workflow: WorkflowBuilder<TData>;
  readonly #container: WorkflowStep<TStep>;
  readonly #parent: StepBuilder<TParent, TData>;

  constructor(
    workflow: WorkflowBuilder<TData>,
    container: WorkflowStep<TStep>,
    parent: StepBuilder<TParent, TData>,
  ) {
    super(workflow, container, parent);
    this.#workflow = workflow;
    this.#container = container;
    this.#parent = parent;
  }

  override do(body: BodyBuilder<TData>): StepBuilder<TParent, TData> {
    this.#workflow.appendBody(this.#container, body);
    return this.#parent;
  }
}
