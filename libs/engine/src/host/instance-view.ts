import type { InstanceRecord } from '@workflow-runner/contract';
import { WorkflowStatus, type ExecutionPointer, type WorkflowInstance } from '../authoring/workflow-es.js';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import type { InstanceState } from '../state/instance-state.js';
import { nextWakeAt } from '../decide/rest.js';

/** The numbers workflow-es knows. `failed` shows as Terminated, which it never reports as Complete. */
export function legacyStatus(status: InstanceRecord['status']): number {
  if (status === 'completed') return WorkflowStatus.Complete;
  if (status === 'paused') return WorkflowStatus.Suspended;
  if (status === 'failed' || status === 'cancelled') return WorkflowStatus.Terminated;
  return WorkflowStatus.Runnable;
}

/** An instance in the shape authors know from workflow-es. `data` is the live object and may be changed in place. */
export class InstanceView implements WorkflowInstance {
  readonly id: string;
  readonly workflowDefinitionId: string;
  readonly version: number;
  readonly description: string;
  readonly createTime: Date;

  /** @internal */
  constructor(
    private readonly record: InstanceRecord,
    private readonly state: InstanceState,
    definition: CompiledDefinition | null,
  ) {
    this.id = record.id;
    this.workflowDefinitionId = definition?.model.id ?? record.name;
    this.version = definition?.model.version ?? Number.parseInt(record.version, 10);
    this.description = definition?.description ?? '';
    this.createTime = new Date(record.createdAt);
  }

  get data(): unknown {
    return this.state.data;
  }

  set data(data: unknown) {
    this.state.data = data;
  }

  get status(): number {
    return legacyStatus(this.record.status);
  }

  get completeTime(): Date {
    return (this.record.endedAt === null ? null : new Date(this.record.endedAt)) as Date;
  }

  /** 0: now, null: never by itself, else epoch ms. */
  get nextExecution(): number {
    if (this.record.status === 'running' || this.record.status === 'pending') return 0;
    return nextWakeAt(this.state) as number;
  }

  get executionPointers(): ExecutionPointer[] {
    return [...this.state.pointers.values()] as unknown as ExecutionPointer[];
  }
}
