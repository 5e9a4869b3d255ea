import type { Caller } from '../caller.js';
import type { ControlAction, InstanceStatus, Priority } from '../status.js';

/** One incarnation of a process that runs instances. A restart of the same node is a new epoch. */
export interface NodeIdentity {
  readonly nodeId: string;
  readonly epoch: number;
}

/** What caused an instance. */
export interface Origin {
  readonly kind: 'call' | 'autostart' | 'schedule' | 'parent';
  readonly id?: string;
  /** Planned moment of a schedule's fire, epoch ms. */
  readonly fireTime?: number;
}

/** Why an instance failed; what a person needs to decide about a retry. */
export interface Failure {
  readonly message: string;
  readonly code: string | null;
  readonly category: string;
  readonly pointerId: string | null;
  readonly step: string | null;
  readonly attempt: number;
  readonly at: number;
}

/** A wish about an instance that its owner honours with its next commit. */
export interface ControlMark {
  readonly action: ControlAction;
  readonly caller: Caller;
  readonly reason: string | null;
  /** Store time at which it was asked for; stamped by the store. */
  readonly at: number;
  /** For `retry`: the pointer to begin with, default all that failed. */
  readonly fromPointer?: string;
  /** For `retry`: replaces the data, encoded. */
  readonly data?: string;
}

/** What never changes about an instance: fixed by its start. */
export interface InstanceOrigin {
  readonly id: string;
  readonly tenantId: string | null;
  readonly nameSpace: string;
  readonly name: string;
  /** Semantic version, `1.0.0`. */
  readonly version: string;
  /** `nameSpace.name@version`: what a node must have registered to run it. */
  readonly workflowId: string;
  readonly priority: Priority;
  readonly correlationId: string | null;
  readonly traceparent: string | null;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly concurrencyKey: string | null;
  readonly idempotencyKey: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Moment past which the instance is cancelled, epoch ms. */
  readonly deadlineAt: number | null;
}

/** An instance's own row: all that is asked for without loading its state. Times are store time, epoch ms. */
export interface InstanceRecord extends InstanceOrigin {
  readonly definitionHash: string;
  readonly status: InstanceStatus;
  /** Why it has that status, for example `definition-changed`, `unreadable`, `slot`, `DEADLINE`, what a caller gave. */
  readonly statusReason: string | null;
  /** When it must be looked at next; null: only an event or a caller moves it, or a slot that becomes free. */
  readonly wakeAt: number | null;
  /** From when on any node may look at it, with its workflow or without, because of its deadline; null: never. */
  readonly overdueAt: number | null;
  /** Who may write to it now; null at rest. */
  readonly owner: NodeIdentity | null;
  /** Grows with each change of owner. */
  readonly fence: number;
  /** Revision of the last commit; equals the newest journal row, or 0. */
  readonly revision: number;
  /** Revision the stored snapshot stands for. */
  readonly snapshotRevision: number;
  readonly control: ControlMark | null;
  readonly failure: Failure | null;
  /** Deaths of its owner while it ran, since it last came to rest. */
  readonly crashes: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  readonly pausedAt: number | null;
  /** Length of all finished pauses, ms. */
  readonly pausedMs: number;
}
