import type { WorkflowBuilder } from './workflow-builder.js';
import type { WorkflowStepBase } from './workflow-es.js';

/** The nearest step of that name from which edges lead to `id`; loops are walked once. */
export function findUpstream<TData>(
  workflow: WorkflowBuilder<TData>,
  id: number,
  name: string,
): WorkflowStepBase | undefined {
  const seen = new Set<number>();
  let level = [id];
  while (level.length > 0) {
    const parents = level
      .flatMap((child) => workflow.getUpstreamSteps(child))
      .filter((step) => !seen.has(step.id));
    const found = parents.find((step) => step.name === name);
    if (found) return found;
    level = parents.map((step) => step.id);
    for (const parent of level) seen.add(parent);
  }
  return undefined;
}
