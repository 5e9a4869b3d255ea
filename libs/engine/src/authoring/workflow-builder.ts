import { EsWorkflowBuilder } from './es-builders.js';
import type { StepBodyClass } from './expressions.js';
import { StepBuilder } from './step-builder.js';
import { type StepBody, WorkflowDefinition, WorkflowStep, type WorkflowStepBase } from './workflow-es.js';

/** Registers the steps of a body, beginning with `startWith`. */
export type BodyBuilder<TData> = (then: WorkflowBuilder<TData>) => void;

/**
 * Collects the steps of one workflow. Their ids are the order of registration; step 0 is the genesis.
 *
 * A subclass of workflow-es's builder for its type only, so that a `build()` written against either is
 * accepted: nothing of the base's behaviour is used.
 */
export class WorkflowBuilder<TData> extends EsWorkflowBuilder<TData> {
  readonly #steps: WorkflowStepBase[] = [];

  override build(id: string, version: number): WorkflowDefinition {
    const definition = new WorkflowDefinition();
    definition.id = id;
    definition.version = version;
    definition.steps = [...this.#steps];
    definition.errorBehavior = this.errorBehavior;
    definition.retryInterval = this.retryInterval;
    return definition;
  }

  override addStep(step: WorkflowStepBase): void {
    step.id = this.#steps.length;
    this.#steps.push(step);
  }

  /** Begins the workflow, or the body whose callback received this builder. */
  override startWith<TStep extends StepBody>(
    body: StepBodyClass<TStep>,
    setup?: (step: StepBuilder<TStep, TData>) => void,
  ): StepBuilder<TStep, TData> {
    const step = this.appendStep(new WorkflowStep<TStep>(), body);
    setup?.(step);
    return step;
  }

  /** The steps with an edge to `id`. */
  override getUpstreamSteps(id: number): WorkflowStepBase[] {
    return this.#steps.filter((step) => step.outcomes.some((outcome) => outcome.nextStep === id));
  }

  /** The highest id given so far, -1 before the first. */
  override lastStep(): number {
    return this.#steps.length - 1;
  }

  /** Registers a step under the next id. */
  appendStep<TStep extends StepBody>(
    step: WorkflowStep<TStep>,
    body: StepBodyClass<TStep>,
  ): StepBuilder<TStep, TData> {
    step.body = body;
    this.addStep(step);
    return new StepBuilder<TStep, TData>(this, step);
  }

  /**
   * Makes the steps that `build` registers a body of `container`: its child is the first of them.
   * A body without steps gives no child.
   */
  appendBody(container: WorkflowStepBase, build: BodyBuilder<TData>): void {
    const first = this.#steps.length;
    build(this);
    if (this.#steps.length > first) container.children.push(first);
  }
}
