import { graphOf, type DefinitionGraph, type KnownDefinition } from '@workflow-runner/engine';
import type { Catalog } from './catalog.js';
import type { RegisteredWorkflow } from './registered-workflow.js';
import type { RunningNode } from './running-node.js';

/** A workflow as a process without its class knows it. */
export type KnownWorkflow = Omit<RegisteredWorkflow, 'component'>;

/** What this runner has registered; where it runs nothing, also what other nodes have. */
export async function knownWorkflows(
  { host }: RunningNode,
  catalog: Catalog,
): Promise<readonly KnownWorkflow[]> {
  if (host.services.options.execute) return catalog.all();
  const own = new Set(catalog.all().map(({ id }) => id));
  const others = (await host.known.all()).filter(({ workflowId }) => !own.has(workflowId));
  return [...catalog.all(), ...others.map(toKnownWorkflow)];
}

/** @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
export async function knownWorkflow(
  { host }: RunningNode,
  catalog: Catalog,
  workflowId: string,
  version?: string | number | null,
): Promise<{ readonly workflow: KnownWorkflow; readonly graph: DefinitionGraph }> {
  const isOwn = host.services.options.execute || catalog.has(workflowId, version);
  if (isOwn) {
    const workflow = catalog.find(workflowId, version);
    return { workflow, graph: graphOf(catalog.resolve(workflowId, version)) };
  }
  const known = await host.known.resolve(workflowId, version);
  return { workflow: toKnownWorkflow(known), graph: known.shape.graph };
}

function toKnownWorkflow({ workflowId: id, nameSpace, name, version, hash }: KnownDefinition): KnownWorkflow {
  return {
    id,
    nameSpace,
    name,
    version,
    hash,
    category: 'workflow',
    autoStart: false,
    props: undefined,
    description: null,
    concurrency: null,
  };
}
