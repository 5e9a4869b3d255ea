import { StepOutcome, type WorkflowStepBase } from './workflow-es.js';

/** The value of an edge that is always taken; known by identity, so that nobody has to call it. */
export const ALWAYS = (): null => null;

/** Draws an edge; without a `value` it is taken whatever the step's outcome is. */
export function addOutcome(
  from: WorkflowStepBase,
  to?: number,
  value: StepOutcome['value'] = ALWAYS,
): StepOutcome {
  const outcome = new StepOutcome();
  outcome.value = value;
  if (to !== undefined) outcome.nextStep = to;
  from.outcomes.push(outcome);
  return outcome;
}
