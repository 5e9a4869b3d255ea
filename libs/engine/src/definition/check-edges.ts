import { InvalidWorkflowError } from '@workflow-runner/contract';
import type { WorkflowStepBase } from '../authoring/workflow-es.js';

/**
 * Refuses what could never run: no step, a step without a body, an edge that leads nowhere.
 * @throws {InvalidWorkflowError}
 */
export function checkEdges(workflowId: string, steps: readonly WorkflowStepBase[]): void {
  const refuse = (problem: string): never => {
    throw new InvalidWorkflowError(workflowId, problem);
  };
  if (steps.length === 0) refuse('it has no step: build() must begin with startWith()');
  steps.forEach((step, index) => {
    const label = step.name ? `step ${index} (${step.name})` : `step ${index}`;
    if (step.id !== index) refuse(`${label} has the id ${step.id}: ids are the order of registration`);
    if (typeof step.body !== 'function') refuse(`${label} has no body class (a circular import?)`);
    for (const { to, what } of edgesOf(step)) {
      if (!Number.isInteger(to)) refuse(`${what} of ${label} leads nowhere`);
      if (!steps[to]) refuse(`${what} of ${label} leads to step ${to}, which does not exist`);
    }
  });
}

function edgesOf(step: WorkflowStepBase): { to: number; what: string }[] {
  const edges = step.outcomes.map(({ nextStep }) => ({ to: nextStep, what: 'an outcome' }));
  edges.push(...step.children.map((to) => ({ to, what: 'a child' })));
  if (step.compensationStepId != null) {
    edges.push({ to: step.compensationStepId, what: 'the compensation' });
  }
  return edges;
}
