import type { DefinitionGraph, GraphNode } from '@workflow-runner/runner';

/** A step by its name or by its class, which may stand under several names. */
export type StepRef = string | (abstract new (...args: never[]) => unknown);

/** The steps of a workflow that are meant; none where it has no such step. */
export function stepsOf({ nodes }: DefinitionGraph, step: StepRef): readonly GraphNode[] {
  return nodes.filter(({ name, kind }) => (typeof step === 'string' ? name === step : kind === step.name));
}

export function labelOf(step: StepRef): string {
  return typeof step === 'string' ? step : step.name;
}

/** There is no such step: what is asked about it would be true or false by accident. */
export class UnknownStepError extends Error {
  readonly code = 'UNKNOWN_STEP';

  constructor(step: StepRef, graphs: readonly DefinitionGraph[]) {
    const names = [...new Set(graphs.flatMap(({ nodes }) => nodes.map(({ name }) => name)))];
    super(`There is no step ${labelOf(step)}; there are ${names.join(', ')}`);
  }
}
