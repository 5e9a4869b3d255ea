import type { Caller, InstanceStatus } from '@workflow-runner/contract';

/** On whose behalf a question is asked. */
export interface TenantScope {
  /** Instances of other tenants are unknown. @default any tenant */
  readonly tenantId?: string | null;
}

/** On whose behalf, and why, something is done to an instance. */
export interface ControlOptions extends TenantScope {
  /** At most 1,000 characters; kept as the status's reason. */
  readonly reason?: string | null;
  /** @default the system */
  readonly caller?: Caller;
}

export interface CancelOptions extends Omit<ControlOptions, 'reason'> {
  /** False: open sagas are not compensated, which is what `terminateWorkflow` does. @default true */
  readonly compensate?: boolean;
}

export interface RetryOptions extends ControlOptions {
  /** Id of the failed pointer to begin with. @default all that failed */
  readonly fromPointer?: string;
  /** Replaces the instance's data; undefined keeps it. */
  readonly data?: unknown;
}

/** On whose behalf a signal is sent. */
export interface SignalOptions extends TenantScope {
  /** @default the system */
  readonly caller?: Caller;
}

export interface EventOptions extends TenantScope {
  /** Later than now: delivered then. A Date or epoch ms. */
  readonly time?: Date | number | null;
  /** Publishing the same id again changes nothing. At most 255 characters. @default a new one */
  readonly id?: string | null;
  readonly correlationId?: string | null;
  /** @default the system */
  readonly caller?: Caller;
}

export interface EventReceipt {
  readonly id: string;
  /** False when the id was known already; nothing was done then. */
  readonly accepted: boolean;
}

export interface WaitOptions extends TenantScope {
  /** Longest wait, in ms. @default without limit */
  readonly timeoutMs?: number;
}

/** Which instances are meant; everything given must hold. Moments are Dates or epoch ms, bounds are included. */
export interface InstanceQuery extends TenantScope {
  /** Full id, `nameSpace.name`, bare name, each with or without `@version`. */
  readonly workflow?: string;
  readonly status?: InstanceStatus | readonly InstanceStatus[];
  readonly statusReason?: string;
  readonly correlationId?: string;
  readonly tag?: { readonly key: string; readonly value: string };
  readonly createdFrom?: Date | number;
  readonly createdTo?: Date | number;
  readonly completedFrom?: Date | number;
  readonly completedTo?: Date | number;
  /** Part of id, workflow id or correlation id. */
  readonly search?: string;
}

export interface PageQuery {
  /** 1 to 500. @default 50 */
  readonly limit?: number;
  /** What an earlier page gave as `nextCursor`. */
  readonly cursor?: string;
  /** @default 'newest' for instances, 'oldest' for a history */
  readonly order?: 'newest' | 'oldest';
}
