import type {
  AttemptFacts,
  AuditFacts,
  Caller,
  ChainPlace,
  ControlFacts,
  ControlMark,
  EndedStatus,
  Failure,
  InboxMessage,
  InstanceStatus,
  JournalKind,
  Origin,
  Telling,
} from '@workflow-runner/contract';

/**
 * What lies in the collections. Names of fields are short where every instance pays for them. Moments are store time, epoch
 * ms. A field that is said to be missing sometimes is never null then: sparse indexes and `$exists` see the difference.
 */

/** Node and epoch. */
export interface OwnerDoc {
  readonly n: string;
  readonly e: number;
}

/** One commit, as it lies in an instance or in a chunk of its journal. */
export interface RowDoc {
  /** Revision. */
  readonly r: number;
  readonly k: JournalKind;
  readonly node: string | null;
  readonly at: number;
  readonly tell: readonly Telling[];
  /** Encoded change. */
  readonly ch: string;
  readonly c: ControlFacts | null;
  readonly a: AttemptFacts | null;
  /** Order key. */
  readonly ord: string;
  /** It has ended the instance. */
  readonly e?: EndedStatus;
}

/** A wait. */
export interface SubscriptionDoc {
  readonly id: string;
  /** Pointer. */
  readonly p: string;
  readonly name: string;
  readonly key: string;
  readonly asOf: number;
  /** Ids of events that it must not get. */
  readonly x: readonly string[];
  /** 1: it has been caught up with the events that were stored before it. */
  readonly c: 0 | 1;
}

/** A message with what it counts for while it is an unread signal. */
export interface MessageDoc extends InboxMessage {
  readonly bytes?: number;
}

/** Its place in the queue for a slot. */
export interface QueueDoc {
  /** Workflow without version: whose slots it waits for. */
  readonly w: string;
  /** Number of its priority. */
  readonly p: number;
  /** The wake time it came with. */
  readonly s: number;
}

export interface InstanceDoc {
  readonly _id: string;
  /** Order key of its creation. */
  readonly ord: string;
  /** Tenant; empty: the default one. */
  readonly t: string;
  readonly ns: string;
  readonly n: string;
  readonly ver: string;
  /** Full workflow id. */
  readonly wf: string;
  /** 0 critical to 3 low. */
  readonly prio: number;
  readonly hash: string;
  /** Missing of a tombstone: a purged start of which only the key is left (`ik`, `dg`, `kx`). */
  readonly st: InstanceStatus;
  readonly sr: string | null;
  /** Missing at rest. */
  readonly o?: OwnerDoc;
  readonly fence: number;
  readonly rev: number;
  readonly snapRev: number;
  /** Priority and moment it is due at; both only while nobody owns it and `wake` says a moment. */
  readonly dp?: number;
  readonly dw?: number;
  readonly wake: number | null;
  /** `overdueAt`; missing: never. */
  readonly ov?: number;
  /** Grows with everything that somebody who does not own it writes: deliveries, signals, marks. */
  readonly seq: number;
  /** Standing control mark. */
  readonly ctl?: ControlMark;
  /** `at` of the newest mark it ever had; 0: none. */
  readonly markAt: number;
  /** Id of the newest wish that was written. */
  readonly markId: string | null;
  readonly fail: Failure | null;
  readonly crashes: number;
  readonly created: number;
  readonly started: number | null;
  readonly updated: number;
  readonly ended: number | null;
  readonly pausedAt: number | null;
  readonly pausedMs: number;
  readonly deadline: number | null;
  readonly corr: string | null;
  readonly trace: string | null;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly ckey: string | null;
  readonly tags: readonly { readonly k: string; readonly v: string }[];
  /** What the signals count for that its state keeps. */
  readonly kept: number;
  /** Its end has begun. */
  readonly ending: boolean;
  /** `tenant\0workflow\0key` of a keyed start, else missing; unique. */
  readonly ik?: string;
  /** Digest of a keyed start. */
  readonly dg?: string;
  /** Moment the key was given; missing without one, and once the key is free again. */
  readonly kx?: number;
  /** `ik` once the key is free again. */
  readonly xk?: string;
  readonly snap: string;
  /** The youngest rows, oldest first: at least those behind the snapshot and those that the ledger has not told. */
  readonly log: readonly RowDoc[];
  readonly subs: readonly SubscriptionDoc[];
  /** 1: some subscription is not caught up; else missing. */
  readonly cu?: 1;
  readonly inbox: readonly MessageDoc[];
  /** Ids of the signals it was ever sent. */
  readonly sig: readonly string[];
  /** Audit entries that are not in their collection yet; may be missing. */
  readonly aud?: readonly AuditRider[];
  /** Order key of the oldest that is not in the ledger yet; else missing. */
  readonly un?: string;
  /** Revision up to which the ledger knows it; -1: not even its start. */
  readonly told: number;
  /** Position of the newest of its rows that the ledger has told; 0: none. */
  readonly pos: number;
  /** Workflow whose slot it holds; else missing. */
  readonly slot?: string;
  /** Missing while it does not queue. */
  readonly q?: QueueDoc;
  /** Token of the claim that took it. */
  readonly tok?: string;
  /** About how large the document is, and its snapshot and its log as parts of it. */
  readonly bytes: number;
  readonly snapb: number;
  readonly logb: number;
}

/** What is left of a purged start: its key is not free yet. */
export type TombstoneDoc = Pick<InstanceDoc, '_id' | 'ik' | 'dg' | 'kx'>;

/** Rows of a long journal that have left their instance. `_id`: `instance/first revision`. */
export interface ChunkDoc {
  readonly _id: string;
  /** Instance. */
  readonly i: string;
  /** First and last revision. */
  readonly f: number;
  readonly l: number;
  readonly rows: readonly RowDoc[];
}

/** `_id`: `tenant\0id`. */
export interface EventDoc {
  readonly _id: string;
  readonly t: string;
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly time: number;
  /** When it was published. */
  readonly at: number;
  readonly corr: string | null;
  readonly data: string;
  /** Orders events of the same moment. */
  readonly n: string;
  /** 0 stored and not delivered to all, 1 delivered, 2 its time has not come. */
  readonly st: 0 | 1 | 2;
  readonly aud?: AuditRider;
  /** Order key; missing unless its audit entry is not in the ledger yet. */
  readonly un?: string;
}

export interface NodeDoc {
  readonly _id: string;
  readonly epoch: number;
  readonly beat: number;
  readonly state: 'alive' | 'dead' | 'left';
  /** Grows with each ring. */
  readonly ring: number;
  readonly leaseMs: number;
  readonly wfs: readonly string[];
  readonly started: number;
  /** Newest heartbeat. */
  readonly seen: number;
}

export interface RoleDoc {
  readonly _id: string;
  readonly n: string;
  readonly e: number;
}

export interface CursorDoc {
  readonly _id: string;
  readonly p: number;
}

/** `_id`: `workflowId\0hash`. */
export interface DefinitionDoc {
  readonly _id: string;
  readonly wf: string;
  readonly hash: string;
  readonly shape: string;
  /** Order key of when it was remembered last. */
  readonly ord: string;
}

/** `_id`: `minute\0workflowId`. */
export interface StatisticsDoc {
  readonly _id: string;
  readonly minute: number;
  readonly wf: string;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly durationMs: number;
  /** Newest ledger document that it has counted. */
  readonly led: number;
}

/**
 * One pass of the ledger: what it found, in the order it has given it. `_id`: number of the pass. It refers to rows and
 * entries, and what it says is carried out on their documents afterwards, by whoever comes next if it must be.
 */
export interface LedgerDoc {
  readonly _id: number;
  /** Its positions are those behind `from`, up to and with `to`. */
  readonly from: number;
  readonly to: number;
  readonly docs: readonly LedgerEntry[];
  /** Runs of revisions in the order of publication: index into `docs`, first and last revision. */
  readonly runs: readonly { readonly d: number; readonly f: number; readonly t: number }[];
  /** Number of the newest audit entry. */
  readonly audTo: number;
  /** Those that it numbers, up to `audTo`. Missing once it is carried out, as `stat` is. */
  readonly aud?: readonly CarriedEntry[];
  readonly stat?: readonly Omit<StatisticsDoc, '_id' | 'led'>[];
  readonly at: number;
  /** 1: it has been carried out; else missing. */
  readonly done?: 1;
}

/** An instance as the pass has read it. */
export interface LedgerEntry {
  readonly i: string;
  readonly created: number;
  readonly rev: number;
  readonly seq: number;
  /** Position of the newest of its rows that this pass tells; 0: none. */
  readonly pos: number;
}

/** Where an audit entry lies: in an instance or an event (`k`: its key there), or alone. */
export interface CarriedEntry {
  readonly in: 'instances' | 'events' | 'audit';
  readonly id: string;
  readonly k: string;
}

/** An audit entry that rides in the document of its change. */
export interface AuditRider {
  /** Order key. */
  readonly k: string;
  /** Its line, which is hashed. */
  readonly l: string;
}

/** `_id`: of an entry without a change its id; of another one its number. */
export interface AuditDoc {
  readonly _id: string | number;
  /** Place in the order of the commits; missing until the ledger has given it one. */
  readonly p?: number;
  /** Order key of one without a number. */
  readonly un?: string;
  /** The line that is hashed; what can be asked for stands beside it. */
  readonly l: string;
  readonly at: number;
  readonly t: string;
  readonly sub: string | null;
  readonly act: AuditFacts['action'];
  readonly rk: AuditFacts['resource']['kind'];
  readonly rid: string | null;
  readonly wf: string | null;
  readonly res: AuditFacts['result'];
  /** Chain, sequence and hash; missing until it is sealed. */
  readonly ch?: string;
  readonly sq?: number;
  readonly h?: string;
}

/** `_id`: name. */
export interface ChainDoc {
  readonly _id: string;
  readonly base: ChainPlace;
  readonly head: ChainPlace;
}

/** `_id`: workflow without version. */
export interface SlotsDoc {
  readonly _id: string;
  readonly held: readonly HeldSlot[];
}

/** A slot that an instance holds while it is owned under that fence. */
export interface HeldSlot {
  readonly i: string;
  readonly f: number;
  /** Unique to the one who has taken it. */
  readonly k: string;
  /** When it was taken, which is before the instance is owned. */
  readonly at: number;
  /** 1: somebody has found the instance without its owner; see `slots.ts`. */
  readonly d?: 1;
}

/** `schema`: `version`, `oldestReader`. `deleted`: `position`. `sealing`: the newest batch of seals. */
export interface MetaDoc {
  readonly _id: string;
  readonly version?: number;
  readonly oldestReader?: number;
  readonly position?: number;
  readonly batch?: SealBatch;
}

/** The newest batch of seals. It is decided by being written here, and then carried out on the entries and their chain. */
export interface SealBatch {
  /** Number of the batch. */
  readonly n: number;
  readonly chain: string;
  /** Numbers of the first and last entry. */
  readonly from: number;
  readonly to: number;
  /** What the first follows in its chain. */
  readonly before: ChainPlace;
  /** Of each entry, until it is carried out; then missing. */
  readonly hashes?: readonly string[];
}
