import type * as Port from '@workflow-runner/contract';
import type { Store } from '@workflow-runner/contract';
import type { Hints } from '../shared/hints.js';
import type { InstanceDoc } from './documents.js';
import type { MongoDriver } from './driver.js';
import type { OrderKeys } from './order-keys.js';

/** What every part of an open store gets. */
export interface Base {
  readonly driver: MongoDriver;
  /** Store time. */
  readonly now: () => number;
  /** Order keys of this store object. */
  readonly keys: OrderKeys;
  readonly hints: Hints;
  readonly logger: Port.Logger;
}

/** Events, and what they do to those that wait for them. */
export interface EventsPart extends Pick<Store, 'publish' | 'deliverDue' | 'event'> {
  /** The earliest stored event of each wait, as its message, by subscription id; those without one are missing. */
  stored(
    tenantId: string | null,
    waits: readonly Port.NewSubscription[],
  ): Promise<ReadonlyMap<string, Port.InboxMessage>>;
  /** Looks again for events that passed new subscriptions of these instances, delivers them and marks all as caught up. */
  catchUp(instanceIds: readonly string[]): Promise<void>;
  /** What somebody else has begun and not finished; rides with a heartbeat. */
  sweep(): Promise<void>;
  /** When the next future event is due. */
  nextDueAt(): Promise<number | null>;
}

export type DefinitionsPart = Pick<Store, 'define' | 'definition' | 'definitions'>;
export type QuestionsPart = Pick<Store, 'list' | 'countByStatus' | 'history' | 'subscriptions' | 'statuses'>;
export type RetentionPart = Pick<Store, 'purge'>;
export type CheckingPart = Pick<Store, 'check'>;

/** Tells the store's hints what other processes have done. */
export interface WatchPart {
  start(): void;
  stop(): Promise<void>;
}

/** The order of publication. */
export interface LedgerPart extends Pick<Store, 'publications' | 'positions'> {
  /** Brings everything that was committed into the order. */
  catchUp(): Promise<void>;
  /** Rows up to this position are about to be deleted. */
  noteDeleted(position: number): Promise<void>;
  /** Deletes what refers to nothing any more. @param limit so many passes are looked at */
  forget(limit: number): Promise<void>;
  /** Contradictions. */
  findings(): Promise<string[]>;
}

export type StatisticsPart = Pick<Store, 'statistics'>;
export type RolesPart = Pick<Store, 'hold'>;
export type CursorsPart = Pick<Store, 'cursor' | 'saveCursor'>;
export interface AuditPart extends Pick<
  Store,
  'audit' | 'seal' | 'auditTrail' | 'auditChains' | 'auditLinks'
> {
  /** Deletes the oldest sealed entries. @param until epoch ms @returns how many went */
  purge(until: number, limit: number): Promise<number>;
  /** Contradictions. */
  findings(): Promise<string[]>;
}

/** What must be known of an instance before it is taken. */
export type Header = Pick<InstanceDoc, '_id' | 'ord' | 'st' | 'sr' | 'fence' | 'rev' | 'started' | 'cu'>;

/** An instance that a claim may take. */
export interface Candidate {
  readonly doc: Header;
  readonly rank: number;
  /** Its workflow without version. */
  readonly slot: string;
  readonly needsSlot: boolean;
}

/** A slot that was taken for an instance, before it is owned under that fence. */
export interface Hold {
  /** Its workflow without version. */
  readonly slot: string;
  readonly instanceId: string;
  readonly fence: number;
  /** Two processes may take one for the same instance; each gives back its own. */
  readonly key: string;
}

/** One to be taken as it was read, with the slot it is to hold; null: it needs none. */
export interface Choice {
  readonly doc: Header;
  readonly hold: Hold | null;
}

/** What a start gets that its node would run at once: a slot, none because it needs none, or a place in the queue. */
export interface StartVerdict {
  readonly hold: Hold | null;
  readonly queues: boolean;
}

export interface SlotsPart {
  /** Verdicts in the order of the request; a slot is held by (its id, fence 1). */
  forStarts(asked: readonly Port.NewInstance[], now: number): Promise<readonly StartVerdict[]>;
  /** False: nothing is limited here and nobody queues, so that slots need not be thought of. */
  mind(request: Port.ClaimRequest): Promise<boolean>;
  /**
   * Chooses what a claim takes, and takes the slots, held by (id, fence + 1). What is due and finds none joins its queue.
   * @param due of what is due (or named) the first so many, in the order of rank; asked again after some have joined a queue
   */
  forClaim(
    request: Port.ClaimRequest,
    now: number,
    due: (most: number) => Promise<readonly Candidate[]>,
  ): Promise<readonly Choice[]>;
  /**
   * To be called once those that were chosen are owned, or are not: slots of the latter are given back.
   * @returns those whose slot was taken away because they came too late: they must not be owned
   */
  settle(holds: readonly Hold[], isOwned: (id: string) => boolean): Promise<ReadonlySet<string>>;
  /** Their owners have given them up: they are free, and whoever queues may have them. Never rejects. */
  gave(slots: readonly Omit<Hold, 'key'>[]): Promise<void>;
  /** Whether somebody queues for a slot of which fewer are held than at the last look, or has begun to. */
  isOneFree(): Promise<boolean>;
}
