import type { LoadedInstance } from '@workflow-runner/contract';
import { WorkflowInstance } from '../authoring/workflow-es.js';
import { InstanceView } from '../host/instance-view.js';
import { stateOf } from '../state/state-of.js';

/**
 * A stored instance in workflow-es's shape, as it was at its last commit: numeric status, the pointers that have
 * not ended, `nextExecution` 0 for now, null for never, else epoch ms.
 */
export function esInstanceOf(loaded: LoadedInstance): WorkflowInstance {
  const state = stateOf(loaded, null);
  const view = new InstanceView(loaded.record, state, null);
  const instance = new WorkflowInstance();
  for (const field of FIELDS) Object.assign(instance, { [field]: view[field] });
  return instance;
}

const FIELDS = [
  'id',
  'workflowDefinitionId',
  'version',
  'description',
  'nextExecution',
  'status',
  'data',
  'createTime',
  'completeTime',
  'executionPointers',
] as const satisfies readonly (keyof WorkflowInstance)[];
