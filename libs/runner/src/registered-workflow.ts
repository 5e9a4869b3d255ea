import type { CompiledDefinition, IWorkflow, WorkflowSource } from '@workflow-runner/engine';

/** A workflow as the registry knows it; a plain workflow-es class shows in the same shape. */
export interface RegisteredWorkflow extends IWorkflow {
  /** Full id, `nameSpace.name@version`. */
  readonly id: string;
  /** In full form, `1.0.0`. */
  readonly version: string;
  /** Equal for definitions with the same steps and edges. */
  readonly hash: string;
  readonly description: string | null;
  /** How many instances run at once, as far as this version has a say; null: no limit, or another process knows it. */
  readonly concurrency: number | null;
}

export function toRegisteredWorkflow(
  source: WorkflowSource,
  definition: CompiledDefinition,
): RegisteredWorkflow {
  const { workflowId: id, nameSpace, name, version, hash, description, props, concurrency } = definition;
  const component = 'component' in source ? source.component : source;
  const autoStart = definition.autoStart === 'once' ? { once: true } : definition.autoStart === 'each';
  return {
    id,
    nameSpace,
    name,
    version,
    component,
    category: 'workflow',
    autoStart,
    props,
    hash,
    description,
    concurrency,
  };
}
