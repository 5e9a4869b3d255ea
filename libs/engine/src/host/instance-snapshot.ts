import type { InstanceRecord, LoadedInstance } from '@workflow-runner/contract';
import { stateOf } from '../state/state-of.js';

/** An instance as it was at one revision: its row and its data. */
export interface InstanceSnapshot {
  readonly record: InstanceRecord;
  readonly data: unknown;
}

/** @throws {PayloadUnreadableError} */
export function snapshotOf(loaded: LoadedInstance): InstanceSnapshot {
  return { record: loaded.record, data: stateOf(loaded, null).data };
}
