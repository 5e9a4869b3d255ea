import type { InstanceRecord } from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import type { DataWriter } from '../state/data-writer.js';
import type { InstanceState } from '../state/instance-state.js';

/** What a runner begins with: a claim, folded. */
export interface Image {
  readonly record: InstanceRecord;
  readonly definition: CompiledDefinition;
  readonly state: InstanceState;
  readonly data: DataWriter;
}
