import { createHash } from 'node:crypto';
import type { CompiledStep } from './compiled-step.js';
import { type DefinitionGraph, type GraphEdge, type GraphNode, graphOf } from './definition-graph.js';

/** What of a definition must stay the same for an instance to go on in it. */
export interface DefinitionShape {
  readonly graph: DefinitionGraph;
  /** One per step: its id, kind and name, and those of every step it leads to. Index = id. */
  readonly signatures: readonly string[];
}

/** Moves when stored shapes can no longer be read. */
const FORMAT = 1;
const HASH_LENGTH = 32;
const NO_SHAPE: DefinitionShape = { graph: { nodes: [], edges: [] }, signatures: [] };
const MARKS = { next: '>', child: '/', compensation: '~' } as const;

export function shapeOf(definition: { readonly steps: readonly CompiledStep[] }): DefinitionShape {
  return withSignatures(graphOf(definition));
}

/** The same for two definitions whose steps are the same; functions and their source play no part. */
export function hashOf(shape: DefinitionShape): string {
  return createHash('sha256').update(shape.signatures.join('\n')).digest('hex').slice(0, HASH_LENGTH);
}

/** The form in which the store keeps it. */
export function encodeShape(shape: DefinitionShape): string {
  return JSON.stringify({ format: FORMAT, graph: shape.graph });
}

/** Reads what `encodeShape` wrote. What cannot be read is the shape without steps, which equals none. */
export function decodeShape(text: string): DefinitionShape {
  const { format, graph } = parse(text);
  if (format !== FORMAT || !Array.isArray(graph?.nodes) || !Array.isArray(graph.edges)) return NO_SHAPE;
  return withSignatures(graph);
}

/** Whether each of these steps stands in both and leads to the same steps. */
export function sameSteps(
  oldShape: DefinitionShape,
  newShape: DefinitionShape,
  stepIds: Iterable<number>,
): boolean {
  for (const id of stepIds) {
    const signature = oldShape.signatures[id];
    if (signature === undefined || signature !== newShape.signatures[id]) return false;
  }
  return true;
}

function withSignatures(graph: DefinitionGraph): DefinitionShape {
  const signatures = graph.nodes.map(describe);
  for (const edge of graph.edges) signatures[edge.from] += ` ${MARKS[edge.type]}${target(edge, graph)}`;
  return { graph, signatures };
}

function target({ to }: GraphEdge, graph: DefinitionGraph): string {
  const node = graph.nodes[to];
  return node ? describe(node) : String(to);
}

/** Quoted, so that no name can look like an edge. */
function describe({ id, kind, name }: GraphNode): string {
  return `${id}:${JSON.stringify(kind)}:${JSON.stringify(name)}`;
}

function parse(text: string): { format?: unknown; graph?: DefinitionGraph } {
  try {
    return (JSON.parse(text) ?? {}) as { format?: unknown; graph?: DefinitionGraph };
  } catch {
    return {};
  }
}
