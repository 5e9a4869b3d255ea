import { EsParallelStepBuilder } from './es-builders.js';
import type { Sequence } from './primitives.js';
import type { StepBuilder } from './step-builder.js';
import type { BodyBuilder, WorkflowBuilder } from './workflow-builder.js';
import type { StepBody, WorkflowStep } from './workflow-es.js';

/** Collects the branches of a container that run side by side. */
export class ParallelStepBuilder<TData, TStep extends StepBody> extends EsParallelStepBuilder<TData, TStep> {
  readonly #workflow: WorkflowBuilder<TData>;
  readonly #container: WorkflowStep<TStep>;
  readonly #joined: StepBuilder<Sequence, TData>;

  constructor(
    workflow: WorkflowBuilder<TData>,
    container: WorkflowStep<TStep>,
    joined: StepBuilder<Sequence, TData>,
  ) {
    super(workflow, container, joined);
    this.#workflow = workflow;
    this.#container = container;
    this.#joined = joined;
  }

  /** Adds one branch; an empty one is left out. */
  override do(branch: BodyBuilder<TData>): ParallelStepBuilder<TData, TStep> {
    this.#workflow.appendBody(this.#container, branch);
    return this;
  }

  /** Goes on with the container, which proceeds when all branches are done. */
  override join(): StepBuilder<Sequence, TData> {
    return this.#joined;
  }
}
