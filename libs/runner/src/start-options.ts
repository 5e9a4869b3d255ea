import type { Caller, InstanceStatus, Priority } from '@workflow-runner/contract';

/** How an instance is started. */
export interface StartOptions {
  /**
   * Starting again with the same key (of the same tenant and workflow) answers with the first instance; with other
   * data it is `IDEMPOTENCY_CONFLICT`. At most 255 characters; kept for 30 days.
   */
  readonly idempotencyKey?: string | null;
  /** Order in which waiting instances are taken. @default 'normal' */
  readonly priority?: Priority;
  /** At most 255 characters. @default the caller's */
  readonly correlationId?: string | null;
  /** At most 255 characters. @default the caller's */
  readonly tenantId?: string | null;
  /** At most 50; keys of at most 100 characters, values of at most 255. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Not before this moment; a Date or epoch ms. */
  readonly delayUntil?: Date | number | null;
  /** Past this moment it is cancelled and its open sagas are compensated; a Date or epoch ms. */
  readonly deadline?: Date | number | null;
  /** Who asks. @default the system */
  readonly caller?: Caller;
}

/** One start of a batch. */
export interface StartRequest extends StartOptions {
  /** Full id, `nameSpace.name` or bare name. */
  readonly workflowId: string;
  /** `1`, `1.0` and `1.0.0` are equal. @default the highest registered one */
  readonly version?: string | number | null;
  /** Undefined becomes {}, null stays null. */
  readonly data?: unknown;
}

/** What became of one start of a batch. */
export type StartResult =
  | {
      readonly instanceId: string;
      /** Full id of the workflow it runs. */
      readonly workflowId: string;
      /** True when an earlier start with the same idempotency key made the instance. */
      readonly repeated: boolean;
      /** With which it was started: `running`, or `pending` for whoever has room for it; null where `repeated`. */
      readonly status: InstanceStatus | null;
    }
  | { readonly error: Error };
