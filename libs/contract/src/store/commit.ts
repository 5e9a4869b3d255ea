import type { AuditNote } from '../audit/audit-entry.js';
import type { PayloadUnreadableError } from '../codec/payload-errors.js';
import type { EndedStatus, InstanceStatus } from '../status.js';
import type { InboxMessage, NewSubscription } from './event.js';
import type {
  ControlMark,
  Failure,
  InstanceOrigin,
  InstanceRecord,
  NodeIdentity,
} from './instance-record.js';
import type { JournalEntry } from './journal.js';

/** A start: becomes an instance at revision 0. */
export interface NewInstance extends InstanceOrigin {
  readonly definitionHash: string;
  /** Encoded state: the genesis pointer and the data. */
  readonly snapshot: string;
  /** Not before this moment; null: at once. */
  readonly delayUntil: number | null;
  /** Digest of what was asked for, compared when the idempotency key repeats. */
  readonly digest: string;
  /**
   * The node that wants to run it at once; it then owns it, running, with fence 1, and its first commit tells
   * `created`. Null, or its epoch is dead: it stays pending for whoever claims it, and the store writes a journal
   * row of kind `created` at revision 0 that tells `created`.
   */
  readonly claimBy: NodeIdentity | null;
  /**
   * How many of its workflow (`nameSpace.name`) may be owned at once when `claimBy` is given; null: any number. Where no
   * slot is free, or others of the workflow queue for one, it is not claimed: it queues, `pending` with the reason `slot`.
   */
  readonly slotLimit: number | null;
  /** Written with the instance. */
  readonly audit?: AuditNote;
}

export type CreateReceipt =
  | { readonly verdict: 'created'; readonly record: InstanceRecord }
  /** The idempotency key was used before with the same digest, or an instance of this id is stored already. */
  | { readonly verdict: 'existing'; readonly instanceId: string }
  /** The idempotency key was used before with another digest; nothing was written. */
  | { readonly verdict: 'conflict'; readonly instanceId: string };

/** The instance gives up its owner. What is said here is written to its own row. */
export interface Rest {
  readonly status: Exclude<InstanceStatus, 'running'>;
  readonly statusReason: string | null;
  /** Null: only an event or a caller moves it. */
  readonly wakeAt: number | null;
  /**
   * From when on a node without the workflow may claim it too: its deadline, and null once its end has begun, so that a
   * deadline is noticed once. Never before `wakeAt`.
   */
  readonly overdueAt: number | null;
  readonly failure: Failure | null;
}

/**
 * Everything one decision changes; all of it becomes durable, or nothing.
 * Legal only for the owner, at `revision` = stored revision + 1.
 */
export interface Commit {
  readonly instanceId: string;
  readonly tenantId: string | null;
  readonly workflowId: string;
  readonly owner: NodeIdentity;
  readonly fence: number;
  /** The revision this commit makes. */
  readonly revision: number;
  readonly entry: JournalEntry;
  readonly subscribe: readonly NewSubscription[];
  /** Subscription ids. */
  readonly unsubscribe: readonly string[];
  /** Ids of inbox messages that have been taken into the state. */
  readonly consumed: readonly string[];
  /**
   * The control mark that this commit has honoured, by its `at`; cleared unless a newer one stands. A pause is
   * honoured only by a rest that is granted: while mail makes the owner go on, its mark stays.
   */
  readonly honoured: number | null;
  /**
   * Whole encoded state at `revision`; given now and then so that loading stays short, and with every `rest` but one
   * that leaves the state as it is.
   */
  readonly snapshot: string | null;
  /**
   * Set when nothing is left to run; the store keeps the owner if inbox or control hold something new.
   * `completed` and `cancelled` always rest; `failed` only gives way to a mark that is possible from there.
   */
  readonly rest: Rest | null;
  /** Changes of columns of its own row beside what a rest says; null where nothing changes. */
  readonly columns: {
    readonly definitionHash?: string;
    readonly crashes?: number;
    /** What the signals in the state take that no step has waited for yet, each as `signalBytes` counts it. */
    readonly keptSignalBytes?: number;
    /** Its end has begun (a wish, or its deadline): what is left to undo needs no slot, whoever goes on with it. */
    readonly ending?: true;
  } | null;
  /** Written with the commit; for what the system does to an instance by itself, such as a passed deadline. */
  readonly audit?: AuditNote | null;
}

export interface CommitReceipt {
  readonly revision: number;
  /** Store time of the commit. */
  readonly at: number;
  /** True when the owner was given up. */
  readonly rested: boolean;
  /** Messages found for new subscriptions; when a rest was asked for, all unconsumed ones of the inbox. */
  readonly delivered: readonly InboxMessage[];
  /** The mark because of which a rest was refused; else null (a running owner is rung and reads its mail). */
  readonly control: ControlMark | null;
}

/** An instance as its owner (or a reader) gets it: fold the tail over the snapshot. */
export interface LoadedInstance {
  readonly record: InstanceRecord;
  /** Encoded state at `record.snapshotRevision`; empty, as is `tail`, when the claim's `cached` image is current. */
  readonly snapshot: string;
  /** Changes of the journal rows after the snapshot, in order. */
  readonly tail: readonly string[];
  readonly inbox: readonly InboxMessage[];
  /**
   * Given by stores with a payload codec when something in it could not be decoded: the state (`snapshot` and `tail`
   * are empty then), the messages (`inbox` is empty), or the data of `record.control` (it is left out).
   */
  readonly unreadable?: PayloadUnreadableError;
}

/** How an instance is left that its owner could not read. */
export interface PutOff {
  /** When it is to be tried again. */
  readonly wakeAt: number;
  /** If it was running or waiting it waits with this reason; paused and failed ones keep theirs. */
  readonly statusReason: string;
}

/** How many instances of `nameSpace.name`, whatever their version, may hold a slot at once. */
export interface WorkflowLimit {
  readonly nameSpace: string;
  readonly name: string;
  /** 1 or more. */
  readonly limit: number;
}

export interface ClaimRequest {
  readonly limit: number;
  /**
   * Full workflow ids this node can run; others are claimed only for a control mark (not `accept`, which needs the
   * workflow), or when they are overdue.
   */
  readonly workflowIds: readonly string[];
  /**
   * Only these instances, due or not, as long as nobody owns them, they have not ended, and there is a slot for them that
   * nobody queues for; default: what is due, by rank.
   */
  readonly instanceIds?: readonly string[];
  /** Images the node still has: id -> revision. A claim of one at that revision needs no snapshot. */
  readonly cached?: (instanceId: string) => number | undefined;
  /**
   * Workflows of this node that have a limit; the others of `workflowIds` have none, and what queued under an earlier one
   * is given like anything that is due. Default: no limits.
   */
  readonly limits?: readonly WorkflowLimit[];
  /**
   * Behind what is due, and within the same `limit`, also what sleeps and will be due within so many ms, in the order of
   * rank: of workflows this node can run and that have no limit, what waits for its moment alone (status `waiting`, no
   * reason). Not with `instanceIds`. Default: nothing.
   */
  readonly aheadMs?: number;
}

export interface ControlRequest {
  /** Unique in the instance; asking again with the id of its newest mark changes nothing, whatever became of it. */
  readonly id: string;
  readonly instanceId: string;
  /** Null: any tenant. */
  readonly tenantId: string | null;
  readonly mark: Omit<ControlMark, 'at'>;
  /** Written with the mark. */
  readonly audit?: AuditNote;
}

export interface ControlReceipt {
  readonly verdict: 'accepted' | 'unknown' | 'refused';
  /** Status at that moment; null when unknown. */
  readonly status: InstanceStatus | null;
  readonly ownerNodeId: string | null;
}

export interface SignalReceipt extends Omit<ControlReceipt, 'verdict'> {
  /** `full`: it would take the signals that wait for a step over the limit; nothing was written. */
  readonly verdict: ControlReceipt['verdict'] | 'full';
}

/** A message straight to one instance, for the wait it stands in or the next one; kept in its inbox until consumed. */
export interface NewSignal {
  /** Unique in the instance; sending the same id again changes nothing and is accepted, also after its end. */
  readonly id: string;
  readonly instanceId: string;
  /** Null: any tenant. */
  readonly tenantId: string | null;
  /** Name of the step it is meant for; empty: whichever waits. Becomes the message's `key`. */
  readonly stepName: string;
  /** Encoded. */
  readonly data: string;
  /** What it counts for while no step has waited for it; see `signalBytes`. Whatever encodes the data leaves it as it is. */
  readonly bytes: number;
  /** What the signals of the inbox, those kept in the state and this one may count for together. */
  readonly limitBytes: number;
  /** Written with the signal. */
  readonly audit?: AuditNote;
}

/** Ended instances older than their status's length, and what else has had its time, are deleted. Lengths in ms. */
export interface RetentionRules {
  readonly instances: Readonly<Record<EndedStatus, number>>;
  readonly events: number;
  readonly idempotencyKeys: number;
  readonly statistics: number;
  /** Sealed entries of the audit trail. */
  readonly audit: number;
}
