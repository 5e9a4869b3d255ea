import { ALWAYS } from '../authoring/edges.js';
import type { StepOutcome } from '../authoring/workflow-es.js';
import type { CompiledStep } from './compiled-step.js';

/** A definition as it is drawn. Nodes are in the order of their ids. */
export interface DefinitionGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
}

export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly type: 'next' | 'child' | 'compensation';
  /** On an edge that is not always taken: the name of the author's function, else `when`. */
  readonly label?: string;
}

export function graphOf(definition: { readonly steps: readonly CompiledStep[] }): DefinitionGraph {
  const nodes = definition.steps.map(({ id, name, kind }) => ({ id, name, kind }));
  return { nodes, edges: definition.steps.flatMap(edgesOf) };
}

function edgesOf({ id: from, model, compensationStepId }: CompiledStep): GraphEdge[] {
  const edges: GraphEdge[] = model.outcomes.map((outcome) => outcomeEdge(from, outcome));
  edges.push(...model.children.map((to) => ({ from, to, type: 'child' as const })));
  if (compensationStepId !== null) edges.push({ from, to: compensationStepId, type: 'compensation' });
  return edges;
}

/** The author's function is named, never called: it expects the data of an instance. */
function outcomeEdge(from: number, { nextStep: to, value }: StepOutcome): GraphEdge {
  if (value === ALWAYS) return { from, to, type: 'next' };
  return { from, to, type: 'next', label: value.name || 'when' };
}
