import type { InstanceRecord, LoadedInstance } from '@workflow-runner/contract';
import { fold } from '../state/fold.js';

/** An instance as it was at one revision: its row and its data. */
export interface InstanceSnapshot {
  readonly record: InstanceRecord;
  readonly data: unknown;
}

export function snapshotOf(loaded: LoadedInstance): InstanceSnapshot {
  return { record: loaded.record, data: fold(loaded.snapshot, loaded.tail, null).data };
}
