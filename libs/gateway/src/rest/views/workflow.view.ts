import type { RegisteredWorkflow } from '@workflow-runner/runner';
import { masked } from './masked.js';

/** A registered workflow without its code. */
export function workflowView(workflow: RegisteredWorkflow) {
  const { id, nameSpace, name, version, category, description, autoStart = false, props, hash } = workflow;
  return {
    id,
    nameSpace,
    name,
    version,
    category,
    description,
    autoStart,
    props: masked(props) ?? null,
    hash,
  };
}
