import type { InstanceStatus } from '../status.js';
import type { JournalRow } from './journal.js';
import type { InstanceRecord, NodeIdentity } from './instance-record.js';

export interface InstanceFilter {
  /** Null or absent: any tenant. */
  readonly tenantId?: string | null;
  readonly nameSpace?: string;
  readonly name?: string;
  readonly version?: string;
  readonly status?: readonly InstanceStatus[];
  readonly statusReason?: string;
  /** Only instances that this node owns. */
  readonly owner?: NodeIdentity;
  /** Only instances with a failure of this category. */
  readonly failureCategory?: string;
  readonly correlationId?: string;
  /** Only instances of another definition than the one with this hash. */
  readonly otherThanHash?: string;
  readonly tag?: { readonly key: string; readonly value: string };
  readonly createdFrom?: number;
  readonly createdTo?: number;
  readonly endedFrom?: number;
  readonly endedTo?: number;
  /** Part of id, workflow id or correlation id. */
  readonly search?: string;
}

export interface PageRequest {
  /** 1 to 500. */
  readonly limit: number;
  /** What an earlier page gave as `nextCursor`. */
  readonly cursor?: string;
  readonly order?: 'newest' | 'oldest';
}

export interface HistoryRequest extends PageRequest {
  /** Only rows with control facts. */
  readonly controlsOnly?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export type InstancePage = Page<InstanceRecord>;
export type HistoryPage = Page<JournalRow>;

/** Per-minute aggregate of one workflow; never a scan of the journal. */
export interface MinuteStatistics {
  /** Start of the minute, epoch ms. */
  readonly minute: number;
  readonly workflowId: string;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Sum over the ended ones of endedAt - createdAt, ms. */
  readonly durationMs: number;
}

/** A node as the others see it. */
export interface NodeRecord {
  readonly nodeId: string;
  readonly epoch: number;
  /** Grows with each heartbeat. Observers judge by its standing still, never by comparing clocks. */
  readonly beat: number;
  readonly state: 'alive' | 'dead' | 'left';
  /** The store itself knows that the process is gone (its lock is free, its session ended). */
  readonly provenGone: boolean;
  readonly leaseMs: number;
  readonly workflowIds: readonly string[];
  readonly startedAt: number;
}

/** A wait as `why` shows it. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly instanceId: string;
  readonly pointerId: string;
  readonly tenantId: string | null;
  readonly name: string;
  readonly key: string;
  readonly asOf: number;
}

/** What is known of a definition that some node has registered. */
export interface DefinitionRecord {
  readonly workflowId: string;
  readonly hash: string;
  /** Encoded step signatures and graph; see the engine's `definition-shape`. */
  readonly shape: string;
}
