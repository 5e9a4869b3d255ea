import type { AttemptInfo, ControlInfo, DefinitionGraph } from '@workflow-runner/runner';
import type { StepStart } from './step-start.js';
import { stepsOf, UnknownStepError, type StepRef } from './step-ref.js';

export interface HistoryParts {
  readonly instanceId: string;
  readonly graph: DefinitionGraph;
  /** Every attempt that is stored, oldest first. */
  readonly attempts: readonly AttemptInfo[];
  /** What was asked of the instance and granted, oldest first. */
  readonly controls: readonly ControlInfo[];
  /** Every body that was begun, by processes that died since, too. */
  readonly starts: readonly StepStart[];
}

/**
 * What became of an instance, as it is stored, with questions that a test asks. Steps are named by their names or by
 * their classes; of one that the workflow does not have each question throws an UnknownStepError.
 */
export class WorkflowHistory {
  /** @internal */
  constructor(private readonly parts: HistoryParts) {}

  get instanceId(): string {
    return this.parts.instanceId;
  }

  /** Every attempt that is stored, oldest first. */
  get attempts(): readonly AttemptInfo[] {
    return this.parts.attempts;
  }

  /** What was asked of the instance and granted, oldest first. */
  get controls(): readonly ControlInfo[] {
    return this.parts.controls;
  }

  /** Names of the steps that were done, in that order. */
  get steps(): readonly string[] {
    return this.parts.attempts.filter(isDone).map(({ stepName }) => stepName);
  }

  /** How often a step was done: its outcome counted. A step that undoes counts when it has. */
  runs(step: StepRef): number {
    return this.attemptsOf(step).filter(isDone).length;
  }

  /** How often its body was begun, by processes that died since, too; a wait is begun again when its event comes. */
  starts(step: StepRef): number {
    const ids = this.idsOf(step);
    return this.parts.starts.filter(({ stepId }) => ids.has(stepId)).length;
  }

  /** How often it failed and was tried again. */
  retries(step: StepRef): number {
    return this.attemptsOf(step).filter(({ status }) => status === 'retrying').length;
  }

  /** How often it failed for good, or so that a saga had to undo what was done. */
  failures(step: StepRef): number {
    return this.attemptsOf(step).filter(({ status }) => status === 'failed').length;
  }

  /** Whether both were done, and the first of them for the last time before the second for the first time. */
  ranBefore(first: StepRef, second: StepRef): boolean {
    const [before, after] = [this.doneAt(first), this.doneAt(second)];
    return before.length > 0 && after.length > 0 && before.at(-1)! < after[0]!;
  }

  /** How often a step was undone by its `compensateWith`. */
  compensations(step: StepRef): number {
    const ids = this.idsOf(step);
    const { edges } = this.parts.graph;
    const undoing = edges
      .filter(({ type, from }) => type === 'compensation' && ids.has(from))
      .map(({ to }) => to);
    return this.attempts.filter(({ stepId, status }) => status === 'compensated' && undoing.includes(stepId))
      .length;
  }

  /** A line for each attempt. */
  toString(): string {
    return this.attempts.map(lineOf).join('\n');
  }

  private attemptsOf(step: StepRef): readonly AttemptInfo[] {
    const ids = this.idsOf(step);
    return this.attempts.filter(({ stepId }) => ids.has(stepId));
  }

  private doneAt(step: StepRef): number[] {
    const ids = this.idsOf(step);
    return this.attempts.flatMap((attempt, place) =>
      ids.has(attempt.stepId) && isDone(attempt) ? [place] : [],
    );
  }

  private idsOf(step: StepRef): ReadonlySet<number> {
    const { graph } = this.parts;
    const steps = stepsOf(graph, step);
    if (steps.length === 0) throw new UnknownStepError(step, [graph]);
    return new Set(steps.map(({ id }) => id));
  }
}

function isDone({ status }: AttemptInfo): boolean {
  return status === 'completed' || status === 'compensated';
}

function lineOf({ endedAt, stepName, attempt, status, error }: AttemptInfo): string {
  return `${endedAt.toISOString()} ${stepName} #${attempt} ${status}${error ? `: ${error.message}` : ''}`;
}
