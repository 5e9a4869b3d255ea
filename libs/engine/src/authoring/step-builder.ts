import { InvalidWorkflowError } from '@workflow-runner/contract';
import { EsStepBuilder } from './es-builders.js';
import { addOutcome } from './edges.js';
import type { DataExpression, InlineRun, StepBodyClass, StepMapper } from './expressions.js';
import { inlineBody } from './inline-body.js';
import { NOW_EFFECTIVE } from './now-effective.js';
import { OutcomeBuilder } from './outcome-builder.js';
import { ParallelStepBuilder } from './parallel-step-builder.js';
import { Delay, Foreach, If, Schedule, Sequence, WaitFor, While } from './primitives.js';
import { ReturnStepBuilder } from './return-step-builder.js';
import { findUpstream } from './upstream.js';
import type { BodyBuilder, WorkflowBuilder } from './workflow-builder.js';
import { type InlineStepBody, SagaContainer, type StepBody, WorkflowStep } from './workflow-es.js';

/** Configures one step and says what follows it. */
export class StepBuilder<TStep extends StepBody, TData> extends EsStepBuilder<TStep, TData> {
  readonly #workflow: WorkflowBuilder<TData>;

  constructor(workflow: WorkflowBuilder<TData>, step: WorkflowStep<TStep>) {
    super(workflow, step);
    this.#workflow = workflow;
  }

  override name(name: string): this {
    this.step.name = name;
    return this;
  }

  /** Mapped before every run of the body. */
  override input(expression: StepMapper<TStep, TData>): this {
    this.step.inputs.push(expression as (step: StepBody, data: TData) => void);
    return this;
  }

  /** Mapped once, when the step proceeds. */
  override output(expression: StepMapper<TStep, TData>): this {
    this.step.outputs.push(expression as (step: StepBody, data: TData) => void);
    return this;
  }

  /** `behavior` is a value of WorkflowErrorHandling; `retryInterval`, in ms, counts for Retry. */
  override onError(behavior: number, retryInterval?: number | null): this {
    this.step.errorBehavior = behavior;
    if (retryInterval != null) this.step.retryInterval = retryInterval;
    return this;
  }

  override then<TNext extends StepBody>(
    body: StepBodyClass<TNext>,
    setup?: (step: StepBuilder<TNext, TData>) => void,
  ): StepBuilder<TNext, TData> {
    const next = this.#workflow.appendStep(new WorkflowStep<TNext>(), body);
    setup?.(next);
    addOutcome(this.step, next.step.id);
    return next;
  }

  /** Leads to a step that stands elsewhere in the same workflow. */
  override thenStep<TBuilder extends EsStepBuilder<StepBody, TData>>(next: TBuilder): TBuilder {
    addOutcome(this.step, next.step.id);
    return next;
  }

  override thenRun(run: InlineRun): StepBuilder<InlineStepBody, TData> {
    return this.#follow(inlineBody(run));
  }

  /** Draws an edge for one outcome; a value of null or undefined always matches. */
  override when(outcomeValue: (data: TData) => unknown): OutcomeBuilder<TData> {
    return new OutcomeBuilder<TData>(this.#workflow, addOutcome(this.step, undefined, outcomeValue));
  }

  /** Without `effectiveDate` only events published after the wait has started count. */
  override waitFor(
    eventName: string,
    eventKey: DataExpression<TData, unknown>,
    effectiveDate: DataExpression<TData, Date> = () => NOW_EFFECTIVE,
  ): StepBuilder<WaitFor, TData> {
    return this.#follow(WaitFor).input((step, data, context) => {
      step.eventName = eventName;
      step.eventKey = eventKey(data, context) as string;
      step.effectiveDate = effectiveDate(data, context);
    });
  }

  override delay(milliseconds: DataExpression<TData, number>): StepBuilder<Delay, TData> {
    return this.#follow(Delay).input((step, data, context) => {
      step.milliseconds = milliseconds(data, context);
    });
  }

  override foreach(collection: DataExpression<TData, unknown[]>): StepBuilder<Foreach, TData> {
    return this.#follow(Foreach).input((step, data, context) => {
      step.collection = collection(data, context);
    });
  }

  override while(condition: DataExpression<TData, boolean>): StepBuilder<While, TData> {
    return this.#follow(While).input((step, data, context) => {
      step.condition = condition(data, context);
    });
  }

  override if(condition: DataExpression<TData, boolean>): StepBuilder<If, TData> {
    return this.#follow(If).input((step, data, context) => {
      step.condition = condition(data, context);
    });
  }

  /** Runs a body beside the main line, once, `interval` ms from now. */
  override schedule(interval: DataExpression<TData, number>): ReturnStepBuilder<TData, Schedule, TStep> {
    const container = this.#follow(Schedule).input((step, data, context) => {
      step.interval = interval(data, context);
    });
    return new ReturnStepBuilder<TData, Schedule, TStep>(this.#workflow, container.step, this);
  }

  override parallel(): ParallelStepBuilder<TData, Sequence> {
    const container = this.#follow(Sequence);
    return new ParallelStepBuilder<TData, Sequence>(this.#workflow, container.step, container);
  }

  /** A body whose completed steps are compensated when one of them fails. */
  override saga(body: BodyBuilder<TData>): StepBuilder<Sequence, TData> {
    return this.#follow(Sequence, new SagaContainer<Sequence>()).do(body);
  }

  /** Fills this container. Called again, it adds a body that runs beside the others. */
  override do(body: BodyBuilder<TData>): this {
    this.#workflow.appendBody(this.step, body);
    return this;
  }

  /** Names the step that undoes this one. It stands outside the normal flow. */
  override compensateWith<TUndo extends StepBody>(
    body: StepBodyClass<TUndo>,
    setup?: (step: StepBuilder<TUndo, TData>) => void,
  ): this {
    const undo = this.#workflow.appendStep(new WorkflowStep<TUndo>(), body);
    setup?.(undo);
    this.step.compensationStepId = undo.step.id;
    return this;
  }

  override compensateWithSequence(sequence: BodyBuilder<TData>): this {
    return this.compensateWith(Sequence, (container) => {
      container.do(sequence);
    });
  }

  /**
   * Goes on after the step of that name, which stands upstream of this one.
   * @throws {InvalidWorkflowError} there is none
   */
  override end<TParent extends StepBody>(stepName: string): StepBuilder<TParent, TData> {
    const parent = findUpstream(this.#workflow, this.step.id, stepName);
    if (!parent) throw new InvalidWorkflowError('under construction', `no step named ${stepName} leads here`);
    return new StepBuilder<TParent, TData>(this.#workflow, parent as WorkflowStep<TParent>);
  }

  #follow<TNext extends StepBody>(
    body: StepBodyClass<TNext>,
    step = new WorkflowStep<TNext>(),
  ): StepBuilder<TNext, TData> {
    const next = this.#workflow.appendStep(step, body);
    addOutcome(this.step, next.step.id);
    return next;
  }
}
