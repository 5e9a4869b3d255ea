import { PayloadUnreadableError, type LoadedInstance } from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import { fold } from './fold.js';
import type { InstanceState } from './instance-state.js';

/**
 * The state of a loaded instance.
 * @internal
 * @throws {PayloadUnreadableError} its store could not decode it, or what it holds is no JSON
 */
export function stateOf(loaded: LoadedInstance, definition: CompiledDefinition | null): InstanceState {
  if (loaded.unreadable && loaded.snapshot === '') throw loaded.unreadable;
  try {
    return fold(loaded.snapshot, loaded.tail, definition);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PayloadUnreadableError(`Instance ${loaded.record.id}`, error);
  }
}
