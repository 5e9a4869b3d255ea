import type { Store } from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import { decodeShape, sameSteps } from '../definition/definition-shape.js';
import type { InstanceState } from '../state/instance-state.js';

/** Whether an instance that began with another definition can go on in this one: its live steps are the same. */
export async function fitsDefinition(
  store: Store,
  begunWith: string,
  definition: CompiledDefinition,
  state: InstanceState,
): Promise<boolean> {
  if (begunWith === definition.hash) return true;
  const old = await store.definition(definition.workflowId, begunWith);
  if (!old) return false;
  const live = new Set([...state.pointers.values()].map((pointer) => pointer.stepId));
  return sameSteps(decodeShape(old.shape), decodeShape(definition.shape), live);
}

/** Whether there is a step for every pointer; less than that not even an operator's word can mend. */
export function hasAllSteps(definition: CompiledDefinition, state: InstanceState): boolean {
  return [...state.pointers.values()].every((pointer) => definition.step(pointer.stepId) !== undefined);
}
