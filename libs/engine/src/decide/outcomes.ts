import { ALWAYS } from '../authoring/edges.js';
import type { CompiledStep } from '../definition/compiled-definition.js';

/**
 * Steps behind a step for an outcome: every edge whose value is null or undefined, and every edge whose value is
 * the outcome. Strict: 0, '' and false are three outcomes.
 */
export function successorsOf(step: CompiledStep, data: unknown, outcome: unknown): number[] {
  const successors: number[] = [];
  for (const edge of step.model.outcomes) {
    const value: unknown = edge.value === ALWAYS ? null : edge.value(data);
    if (value == null || Object.is(value, outcome)) successors.push(edge.nextStep);
  }
  return successors;
}
