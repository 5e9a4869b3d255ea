import type { IWorkflow } from '@workflow-runner/engine';

/**
 * The property `workflows` of a module, in whatever form the module is there: its entries of category `workflow`.
 * Anything else of that name is left alone.
 */
export function listedWorkflows(module: unknown): IWorkflow[] {
  if ((typeof module !== 'object' && typeof module !== 'function') || module === null) return [];
  const { workflows } = module as { workflows?: unknown };
  return Array.isArray(workflows) ? workflows.filter(isWorkflow) : [];
}

function isWorkflow(entry: unknown): entry is IWorkflow {
  return typeof entry === 'object' && entry !== null && (entry as Partial<IWorkflow>).category === 'workflow';
}
