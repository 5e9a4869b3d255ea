import type { Caller, InstanceStatus, Origin, Priority } from '@workflow-runner/contract';

/** A start, checked and resolved by its caller. Times in epoch ms. */
export interface StartCommand {
  /** Full id or name; see the registry. */
  readonly workflowId: string;
  readonly version?: string | number | null;
  /** Undefined becomes {}, null stays null. */
  readonly data?: unknown;
  readonly idempotencyKey?: string | null;
  readonly priority?: Priority;
  readonly correlationId?: string | null;
  readonly traceparent?: string | null;
  readonly tenantId?: string | null;
  readonly tags?: Readonly<Record<string, string>>;
  readonly delayUntil?: number | null;
  readonly deadline?: number | null;
  readonly caller?: Caller;
  readonly origin?: Origin;
}

export type StartVerdict =
  | {
      readonly instanceId: string;
      readonly workflowId: string;
      readonly repeated: boolean;
      /** As it was stored; null: an earlier start's. */
      readonly status: InstanceStatus | null;
    }
  | { readonly error: unknown };

export interface EventCommand {
  readonly name: string;
  readonly key: string;
  readonly data?: unknown;
  /** Later than now: delivered then. */
  readonly time?: number | null;
  /** Repeating an id changes nothing. */
  readonly id?: string | null;
  readonly tenantId?: string | null;
  readonly correlationId?: string | null;
  /** @default the system */
  readonly caller?: Caller;
}

/** On whose behalf a signal is sent. */
export interface SignalScope {
  /** Instances of other tenants are unknown; null: any. @default any */
  readonly tenantId?: string | null;
  /** @default the system */
  readonly caller?: Caller;
}
