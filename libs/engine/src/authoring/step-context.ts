import type { Caller, Logger } from '@workflow-runner/contract';
import type { StepExecutionContext } from './workflow-es.js';

/** What a step body and its mappers are told: workflow-es's context and what a durable engine adds. */
export interface StepContext extends StepExecutionContext {
  /** 1 for the first attempt; attempts cut off by the death of the process are not counted. */
  readonly attempt: number;
  /** `instance:pointer`, the same over retries and crashes: hand it to whatever must act only once. */
  readonly idempotencyKey: string;
  /** Aborted on cancel, deadline, timeout, and when this node lost its ownership. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** The branch's own: one object per foreach item and per parallel branch, inherited inwards, kept. */
  readonly local: Record<string, unknown>;
  readonly caller: Caller;
  readonly tenantId: string | null;
  readonly correlationId: string | null;
  /** Says that the step is alive, which extends its timeout. */
  heartbeat(progress?: unknown): void;
}
