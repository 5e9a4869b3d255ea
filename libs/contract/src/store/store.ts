import type { AuditChains, AuditEntry, AuditFilter, AuditLink, NewAuditEntry } from '../audit/audit-entry.js';
import type {
  ClaimRequest,
  Commit,
  CommitReceipt,
  ControlReceipt,
  ControlRequest,
  CreateReceipt,
  LoadedInstance,
  NewInstance,
  NewSignal,
  PutOff,
  RetentionRules,
  SignalReceipt,
} from './commit.js';
import type { NewEvent, PublishReceipt, StoredEvent } from './event.js';
import type { InstanceRecord, NodeIdentity } from './instance-record.js';
import type { Positions, Publication } from './journal.js';
import type {
  DefinitionRecord,
  HistoryPage,
  HistoryRequest,
  InstanceFilter,
  InstancePage,
  MinuteStatistics,
  NodeRecord,
  Page,
  PageRequest,
  SubscriptionRecord,
} from './query.js';
import type { InstanceStatus } from '../status.js';

export interface NodeRegistration {
  readonly nodeId: string;
  readonly leaseMs: number;
  readonly workflowIds: readonly string[];
}

export interface Pulse {
  /** False: this epoch was declared dead; begin a new one. */
  readonly alive: boolean;
  /** Somebody wrote into the inbox or set a control mark of an instance this node owns since the last look. */
  readonly rung: boolean;
}

export type Hint = 'due' | 'mail';

export interface StoreHealth {
  readonly status: 'healthy' | 'degraded' | 'closed';
  /** What is wrong, for an operator; null when healthy. */
  readonly detail: string | null;
  readonly since: number;
}

/**
 * Where everything is remembered. One port for stores with transactions and for stores with atomic single
 * documents: docs/adr/0002 walks each operation through all of them and says what a cut half-way leaves.
 *
 * Every method that writes resolves only after the data would survive loss of power, and rejects with
 * `STORE_UNAVAILABLE`, `STORE_LOCKED` or `STORE_FULL` when nothing was written. Many calls of one turn of the
 * event loop may share one transaction; each keeps its own verdict.
 */
export abstract class Store {
  /** Store time in epoch ms, as well as this process can know it. */
  abstract now(): number;

  /**
   * Opens the store and brings its schema up to date.
   * @throws {StoreTooNewError} @throws {StoreCorruptError} @throws {StoreReadOnlyError} @throws {StoreUnavailableError}
   */
  abstract open(): Promise<void>;
  /** Finishes what is under way and lets go of everything; a second call does nothing. */
  abstract close(): Promise<void>;
  abstract health(): StoreHealth;

  // Nodes -----------------------------------------------------------------------------------------------

  /** Begins a new epoch of a node. Earlier epochs of the same node id are dead from then on, and what they owned is free. */
  abstract join(registration: NodeRegistration): Promise<NodeIdentity>;
  /** One heartbeat. Also renews what the node has registered. */
  abstract beat(node: NodeIdentity, workflowIds: readonly string[]): Promise<Pulse>;
  /** The node's orderly end: whatever it still owns is given back as `release` does. */
  abstract leave(node: NodeIdentity): Promise<void>;
  abstract nodes(): Promise<readonly NodeRecord[]>;
  /**
   * Marks a node's epoch dead, then frees all it owned: owner null, fence and crashes + 1, due now. What it had claimed
   * ahead of its time and has not begun is due at that time, as in `release`, and before it no death is counted.
   * Its commits fail from then on. Idempotent.
   * @returns ids of the freed instances
   */
  abstract takeover(dead: NodeIdentity): Promise<readonly string[]>;

  // Instances -------------------------------------------------------------------------------------------

  /** Starts instances; verdicts in the order of the request. A repeated idempotency key is decided atomically. */
  abstract create(instances: readonly NewInstance[]): Promise<readonly CreateReceipt[]>;
  /**
   * Takes ownership: owner set, fence + 1, status running, in the order of rank. Those of other nodes are left alone.
   * Paused ones (at their wake time or for a mark) and failed ones (for a mark) keep their status until their new
   * owner commits: its first commit without a rest makes them running.
   *
   * Of a workflow with a limit, an owned instance holds a slot. It is given back with the owner, whoever ends the
   * ownership: a rest, `release`, `leave`, `takeover`, a later epoch's `join`. What is due and finds none queues in the
   * order of rank: status `pending` and reason `slot` (paused and failed ones keep theirs, and their mark), due only for
   * its deadline. No slot is needed for a mark that pauses or ends, for a passed deadline, and once the end has begun.
   *
   * What is claimed ahead of its time (`aheadMs`) is owned and shows what it is: `waiting`, with its wake time. It begins
   * then, or earlier when it is rung; its owner says so with `markRunning`.
   * @throws {NodeFencedError} the node's epoch was declared dead
   */
  abstract claim(node: NodeIdentity, request: ClaimRequest): Promise<readonly LoadedInstance[]>;
  /**
   * Writes one decision atomically.
   * @throws {RevisionConflictError} owner, fence or revision are not the stored ones; nothing was written
   * @throws {NodeFencedError} the node's epoch was declared dead; nothing was written
   * @throws {PayloadUnreadableError} only stores with a payload codec: it was written, and what was delivered with it
   * cannot be decoded; claim it anew
   */
  abstract commit(commit: Commit): Promise<CommitReceipt>;
  /**
   * Instances that were claimed ahead of their time have begun: status running. A commit may show it before. What this
   * node does not own under that fence, or what does not wait, is left alone.
   */
  abstract markRunning(
    node: NodeIdentity,
    instances: readonly Pick<InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void>;
  /**
   * Gives an instance back as it is, due at once or when `later` says so: for an owner that cannot go on with it. What
   * was claimed ahead of its time and still waits keeps its wake time, unless there is mail for it. Not the owner: nothing.
   */
  abstract release(node: NodeIdentity, instanceId: string, fence: number, later?: PutOff): Promise<void>;
  /** Writes a wish about an instance, if its status admits it, and makes it due if nobody owns it. */
  abstract control(request: ControlRequest): Promise<ControlReceipt>;
  /**
   * Puts a signal into an instance's inbox and makes it due or rings its owner; refused once it has completed or been
   * cancelled, and while what nobody has waited for yet has reached the limit.
   */
  abstract send(signal: NewSignal): Promise<SignalReceipt>;
  /** Unconsumed inbox and standing control mark of instances this node owns; for an owner that was rung. */
  abstract mail(node: NodeIdentity): Promise<readonly Pick<LoadedInstance, 'record' | 'inbox'>[]>;
  /**
   * The earliest moment at which an unowned instance or a future event is due; null: none. What queues for a slot counts
   * for its deadline alone.
   * @param workflowIds what the caller can run: others count for a control mark and for their `overdueAt`; default: every workflow
   */
  abstract nextDueAt(workflowIds?: readonly string[]): Promise<number | null>;

  // Events ----------------------------------------------------------------------------------------------

  /** Stores an event and delivers it to every matching subscription, or, with a future time, keeps it for then. */
  abstract publish(events: readonly NewEvent[]): Promise<readonly PublishReceipt[]>;
  /** Delivers stored events whose time has come. */
  abstract deliverDue(limit: number): Promise<readonly PublishReceipt[]>;

  // Definitions -----------------------------------------------------------------------------------------

  /** Remembers what a node has registered, by hash. Instances that wait for such a hash become due. */
  abstract define(definitions: readonly DefinitionRecord[]): Promise<void>;
  abstract definition(workflowId: string, hash: string): Promise<DefinitionRecord | null>;
  /** Of each workflow that was ever registered the definition that was remembered last. */
  abstract definitions(): Promise<readonly DefinitionRecord[]>;

  // Questions -------------------------------------------------------------------------------------------

  /** The committed state, whoever owns it; null when unknown. */
  abstract load(instanceId: string): Promise<LoadedInstance | null>;
  /** Where instances stand; those that are unknown are missing. */
  abstract statuses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceStatus>>;
  /** A store with a payload codec leaves `control.data` out. */
  abstract list(filter: InstanceFilter, page: PageRequest): Promise<InstancePage>;
  /** Journal rows of one instance, oldest first. */
  abstract history(instanceId: string, page: HistoryRequest): Promise<HistoryPage>;
  abstract countByStatus(filter: InstanceFilter): Promise<Readonly<Record<InstanceStatus, number>>>;
  abstract subscriptions(filter: {
    instanceId?: string;
    tenantId?: string | null;
    name?: string;
    key?: string;
  }): Promise<readonly SubscriptionRecord[]>;
  /** @throws {PayloadUnreadableError} only stores with a payload codec */
  abstract event(tenantId: string | null, id: string): Promise<StoredEvent | null>;
  /** Aggregates from `since` (epoch ms) on. */
  abstract statistics(since: number): Promise<readonly MinuteStatistics[]>;

  // Telling ---------------------------------------------------------------------------------------------

  /** Takes or keeps an elected role of the store (`relay`); false while a living node holds it. */
  abstract hold(role: string, node: NodeIdentity): Promise<boolean>;
  /**
   * What was committed after a position and has something to tell, in order of publication.
   * @param what `headlines`: without payloads, which are neither read nor decoded: `change` is empty, input and outcome
   * of the attempt are null
   */
  abstract publications(
    after: number,
    limit: number,
    what?: 'whole' | 'headlines',
  ): Promise<readonly Publication[]>;
  /** Where the order of publication begins and ends now. */
  abstract positions(): Promise<Positions>;
  /** How far a sink has come; 0 at first. */
  abstract cursor(sink: string): Promise<number>;
  abstract saveCursor(sink: string, position: number): Promise<void>;

  // Audit -----------------------------------------------------------------------------------------------
  // Entries of changes ride in `create`, `control`, `send`, `publish` and `commit`. They are written when, and only
  // when, the change is: a repeat under the same id and a refused verdict write none.

  /** Writes entries that have no change of their own; one whose id is known already changes nothing. */
  abstract audit(entries: readonly NewAuditEntry[]): Promise<void>;
  /**
   * Takes the oldest entries that are not sealed, whoever wrote them, in order of commit into a chain: sequence and hash
   * follow its head. Sealers never take the same entry. Costs no write when there is nothing to do.
   * @returns how many
   */
  abstract seal(chain: string, limit: number): Promise<number>;
  /** By time of the commit, newest first. */
  abstract auditTrail(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  abstract auditChains(): Promise<AuditChains>;
  /** The links of a chain behind a sequence, in order. */
  abstract auditLinks(chain: string, after: number, limit: number): Promise<readonly AuditLink[]>;

  // Housekeeping ----------------------------------------------------------------------------------------

  /**
   * Deletes at most `limit` of what has had its time. Entries of the audit trail go from the oldest on and only when they
   * are sealed; their chain's base moves along.
   * @returns how many rows went
   */
  abstract purge(rules: RetentionRules, limit: number): Promise<number>;
  /** A consistent copy while the store is in use. @throws {InvalidOptionsError} the store cannot make one */
  abstract backup(target: string): Promise<void>;
  /** Looks for damage. @returns findings; empty when sound */
  abstract check(): Promise<readonly string[]>;

  /**
   * Calls back when another process may have made something due (`due`), or rung this process's node (`mail`).
   * Best effort: `nextDueAt`, `beat` and the host's poll are the net under it.
   * @returns how to stop
   */
  abstract onHint(listener: (hint: Hint) => void): () => void;
}
