import { isEnded } from '@workflow-runner/contract';
import type { Commit, CommitReceipt, InboxMessage, JournalEntry, Rest } from '@workflow-runner/contract';
import { ofCommit } from '../shared/audit-facts.js';
import { afterHonouring } from '../shared/control-verdict.js';
import { afterGoingOn, afterRest, isFinal, mustGoOn, type Standing } from '../shared/standing.js';
import { auditRider } from './audit-riders.js';
import type { InstanceDoc, MessageDoc, RowDoc, SubscriptionDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Base } from './parts.js';
import { toInbox, toRowDoc } from './records.js';
import { bytesOf, checkSize, rowBytes, rowsBytes, sizesOf } from './sizes.js';
import { dueFields, NOT_DUE, updateOf } from './standing-terms.js';

/** What a commit does to an instance as it was read. */
export interface Decision {
  readonly update: Terms;
  readonly receipt: CommitReceipt;
  /** Some of its subscriptions must be caught up with events that came while it was written. */
  readonly isBehind: boolean;
  /** The instance afterwards, without its texts. */
  readonly after: Pick<InstanceDoc, 'fence' | 'rev' | 'st' | 'snapb' | 'logb'>;
}

/**
 * @param doc as it was read; snapshot and texts of its log are not looked at
 * @param found stored events for its new waits, by subscription id
 * @param moment store time of the commit, and its order key
 * @param kept what is left of its log, when older rows have left it; null: all
 * @throws {DataTooLargeError}
 */
export function decideCommit(
  doc: InstanceDoc,
  asked: Commit,
  found: ReadonlyMap<string, InboxMessage>,
  { now, key }: Moment,
  kept: readonly RowDoc[] | null = null,
): Decision {
  const { rest } = asked;
  const mail = mailAfter(doc, asked, found);
  const control = afterHonouring(doc.ctl ?? null, asked.honoured);
  const before = { ...standingOf(doc), control, crashes: asked.columns?.crashes ?? doc.crashes };
  const goesOn = rest === null || mustGoOn(rest, control, mail.inbox.length);
  // A pause that has to wait for mail is not honoured yet: after a death nobody else would know of it.
  const isPutOff = goesOn && rest?.status === 'paused';
  const standing = standingAfter(before, rest, goesOn, now);
  const left = isPutOff ? { ...standing, control: doc.ctl ?? null } : standing;
  const isOver = !goesOn && rest !== null && isFinal(rest.status);
  const { inbox, subs } = isOver ? { inbox: [], subs: [] } : mail;

  const entry = isPutOff && asked.honoured !== null ? { ...asked.entry, control: null } : asked.entry;
  const row = newRow(asked, entry, { now, key }, goesOn ? null : rest);
  const isBehind = subs.some(({ c }) => c === 0);
  const fields = {
    ...fieldsOf(left, doc.prio, goesOn),
    ...columnsOf(asked),
    rev: asked.revision,
    updated: now,
    inbox,
    subs,
    cu: isBehind ? (1 as const) : undefined,
    snapb: asked.snapshot === null ? doc.snapb : bytesOf(asked.snapshot),
    logb: (kept ? rowsBytes(kept) : doc.logb) + rowBytes(row),
    ...(kept && { log: [...kept, row] }),
    ...(!goesOn && { o: undefined, tok: undefined, slot: undefined }),
  };
  const { bytes } = sizesOf({ ...doc, ...fields });
  checkSize(doc._id, bytes);
  const push = {
    ...(!kept && { log: row }),
    ...(asked.audit && { aud: auditRider(ofCommit(asked.audit, asked, now), key) }),
  };
  const isNews = isTold(row) || push.aud !== undefined;
  const receipt = { revision: asked.revision, at: now, rested: !goesOn };
  return {
    update: updateOf(
      { ...fields, bytes },
      {
        ...(Object.keys(push).length > 0 && { $push: push }),
        ...(isNews && { $min: { un: key } }),
      },
    ),
    receipt: { ...receipt, ...handedOver(rest, goesOn, inbox, found, left) },
    isBehind,
    after: { ...fields, fence: doc.fence },
  };
}

/** Store time and order key of a commit. */
export interface Moment {
  readonly now: number;
  readonly key: string;
}

export function momentOf({ now, keys }: Pick<Base, 'now' | 'keys'>): Moment {
  const at = now();
  return { now: at, key: keys.next(at) };
}

/** @param granted the rest that the commit was granted */
export function newRow(
  { revision, owner }: Commit,
  entry: JournalEntry,
  { now: at, key: ord }: Moment,
  granted: Rest | null,
): RowDoc {
  const row = toRowDoc(entry, { revision, node: owner.nodeId, at, ord });
  return granted !== null && isEnded(granted.status) ? { ...row, e: granted.status } : row;
}

/** Whether the ledger has something to do with it. */
export function isTold({ tell, e }: RowDoc): boolean {
  return tell.length > 0 || e !== undefined;
}

/** Inbox and waits: what is found for new waits comes in, what was consumed and is not waited for any more goes. */
function mailAfter(
  doc: Pick<InstanceDoc, 'inbox' | 'subs'>,
  { subscribe, unsubscribe, consumed }: Commit,
  found: ReadonlyMap<string, InboxMessage>,
): { readonly inbox: readonly MessageDoc[]; readonly subs: readonly SubscriptionDoc[] } {
  const known = new Set(doc.inbox.map(({ id }) => id));
  const fresh = [...found.values()].filter(({ id }) => !known.has(id));
  const read = new Set(consumed);
  const gone = new Set(unsubscribe);
  const waits = subscribe.filter(({ id }) => !found.has(id)).map(toSubscriptionDoc);
  return {
    inbox: [...doc.inbox, ...fresh].filter(({ id }) => !read.has(id)),
    subs: [...doc.subs, ...waits].filter(({ id }) => !gone.has(id)),
  };
}

function standingAfter(before: Standing, rest: Rest | null, goesOn: boolean, now: number): Standing {
  if (rest === null) return afterGoingOn(before, now);
  return goesOn ? before : afterRest(before, rest, now);
}

function handedOver(
  rest: Rest | null,
  goesOn: boolean,
  inbox: readonly MessageDoc[],
  found: ReadonlyMap<string, InboxMessage>,
  { control }: Standing,
): Pick<CommitReceipt, 'delivered' | 'control'> {
  if (!goesOn) return { delivered: [], control: null };
  return rest === null
    ? { delivered: [...found.values()], control: null }
    : { delivered: toInbox(inbox), control };
}

function standingOf(doc: InstanceDoc): Standing {
  return {
    status: doc.st,
    statusReason: doc.sr,
    wakeAt: doc.wake,
    overdueAt: doc.ov ?? null,
    failure: doc.fail,
    crashes: doc.crashes,
    endedAt: doc.ended,
    pausedAt: doc.pausedAt,
    pausedMs: doc.pausedMs,
    control: doc.ctl ?? null,
  };
}

export function fieldsOf(standing: Standing, prio: number, isOwned: boolean) {
  return {
    st: standing.status,
    sr: standing.statusReason,
    ...(isOwned ? { wake: standing.wakeAt, ...NOT_DUE } : dueFields(prio, standing.wakeAt)),
    ov: standing.overdueAt ?? undefined,
    fail: standing.failure,
    crashes: standing.crashes,
    ended: standing.endedAt,
    pausedAt: standing.pausedAt,
    pausedMs: standing.pausedMs,
    ctl: standing.control ?? undefined,
  };
}

/** What a commit says of the instance apart from where it stands; what it does not say stays. */
export function columnsOf({ columns, revision, snapshot }: Commit): Terms {
  return {
    ...(columns?.definitionHash !== undefined && { hash: columns.definitionHash }),
    ...(columns?.keptSignalBytes !== undefined && { kept: columns.keptSignalBytes }),
    ...(columns?.ending === true && { ending: true }),
    ...(snapshot !== null && { snap: snapshot, snapRev: revision }),
  };
}

/** @throws {TypeError} what is not text cannot be waited for */
function toSubscriptionDoc(wait: Commit['subscribe'][number]): SubscriptionDoc {
  const { id, pointerId: p, name, key, asOf, except } = wait;
  if ([id, p, name, key].some((text) => typeof text !== 'string'))
    throw new TypeError(`The wait ${String(id)} has a name or a key that is no text`);
  return { id, p, name, key, asOf, x: except, c: 0 };
}
