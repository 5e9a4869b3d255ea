import type { Commit, CommitReceipt } from '@workflow-runner/contract';
import { ofCommit } from '../shared/audit-facts.js';
import { afterRest, isFinal } from '../shared/standing.js';
import { auditRider } from './audit-riders.js';
import { columnsOf, isTold, newRow, type Moment } from './commit-decision.js';
import type { AuditRider, RowDoc } from './documents.js';
import type { Change } from './driver.js';
import type { Owned } from './ownership.js';
import { bytesOf, MAX_BYTES, rowBytes } from './sizes.js';
import { updateOf } from './standing-terms.js';

/** So much text in one commit is rare. */
const LARGE_CHARS = 1024 * 1024;

/** Where a running instance stands, apart from what its end says anew. */
const RUNNING = {
  status: 'running',
  statusReason: null,
  wakeAt: null,
  overdueAt: null,
  failure: null,
  crashes: 0,
  endedAt: null,
  pausedAt: null,
  pausedMs: 0,
  control: null,
} as const;

/**
 * Whether nothing of the instance must be read to commit this: it only adds to what is there, or it ends what runs for good, so
 * that whatever waits is dropped.
 */
export function isPlain(asked: Commit, owned: Owned): boolean {
  if (!owned.isPlain || isLarge(asked)) return false;
  if (asked.rest !== null) return isFinal(asked.rest.status);
  return asked.subscribe.length === 0 && asked.honoured === null;
}

/** Whether there is room for it is decided where the instance is read. */
function isLarge({ entry, snapshot }: Commit): boolean {
  return entry.change.length + (snapshot?.length ?? 0) > LARGE_CHARS;
}

/** Plain commits of one instance, one after the other, as one update. It matches only what stands as its owner knows it. */
export class PlainChange {
  private readonly rows: RowDoc[] = [];
  private readonly consumed: string[] = [];
  private readonly unsubscribed: string[] = [];
  private readonly riders: AuditRider[] = [];
  /** Order key of the first that the ledger must know of. */
  private news: string | undefined;
  private fields: Record<string, unknown> = {};
  private addedLog = 0;
  private addedSnap = 0;
  /** Revision that must be the stored one. */
  readonly before: number;
  private last: Commit;
  private isOver = false;

  /** @param owned as it is before the first of them */
  constructor(
    first: Commit,
    readonly owned: Owned,
  ) {
    this.before = first.revision - 1;
    this.last = first;
  }

  get instanceId(): string {
    return this.last.instanceId;
  }

  get revision(): number {
    return this.last.revision;
  }

  /** Nobody owns it afterwards. */
  get ends(): boolean {
    return this.isOver;
  }

  /** @throws {TypeError} its note cannot be written; nothing was added */
  add(asked: Commit, { now, key }: Moment): CommitReceipt {
    const { revision, rest, snapshot, audit } = asked;
    const rider = audit ? auditRider(ofCommit(audit, asked, now), key) : null;
    const row = newRow(asked, asked.entry, { now, key }, rest);
    this.last = asked;
    this.rows.push(row);
    this.consumed.push(...asked.consumed);
    this.unsubscribed.push(...asked.unsubscribe);
    if (rider) this.riders.push(rider);
    if (rider || isTold(row)) this.news ??= key;
    const crashes = asked.columns?.crashes;
    const columns = { ...columnsOf(asked), ...(crashes !== undefined && { crashes }) };
    this.fields = { ...this.fields, ...columns, rev: revision, updated: now };
    this.addedLog += rowBytes(row);
    if (snapshot !== null) this.addedSnap = bytesOf(snapshot) - this.owned.snapBytes;
    if (rest !== null) this.end(asked, now);
    return { revision, at: now, rested: rest !== null, delivered: [], control: null };
  }

  toChange(): Change {
    const { owner, fence } = this.owned;
    const added = this.addedLog + this.addedSnap;
    const push = {
      log: { $each: this.rows },
      ...(this.riders.length > 0 && { aud: { $each: this.riders } }),
    };
    const pull = this.isOver
      ? {}
      : {
          ...(this.consumed.length > 0 && { inbox: { id: { $in: this.consumed } } }),
          ...(this.unsubscribed.length > 0 && { subs: { id: { $in: this.unsubscribed } } }),
        };
    return {
      filter: {
        _id: this.instanceId,
        'o.n': owner.nodeId,
        'o.e': owner.epoch,
        fence,
        rev: this.before,
        bytes: { $lte: MAX_BYTES - added },
      },
      update: updateOf(this.fields, {
        $push: push,
        ...(Object.keys(pull).length > 0 && { $pull: pull }),
        $inc: { bytes: added, logb: this.addedLog, snapb: this.addedSnap },
        ...(this.news !== undefined && { $min: { un: this.news } }),
      }),
    };
  }

  /** What is known of it afterwards. */
  after(): Owned {
    const { owned } = this;
    return {
      ...owned,
      revision: this.revision,
      rows: owned.rows + this.rows.length,
      logBytes: owned.logBytes + this.addedLog,
      snapBytes: owned.snapBytes + this.addedSnap,
    };
  }

  /** It never changes again: what it waits for or has not read goes, too. */
  private end({ rest }: Commit, now: number): void {
    if (rest === null) return;
    this.isOver = true;
    const { status, statusReason, failure, endedAt } = afterRest(RUNNING, rest, now);
    this.fields = {
      ...this.fields,
      ...{ st: status, sr: statusReason, fail: failure, ended: endedAt, crashes: 0, pausedAt: null },
      ...{ wake: null, dp: undefined, dw: undefined, ov: undefined, ctl: undefined },
      ...{ o: undefined, tok: undefined, slot: undefined, q: undefined },
      ...{ inbox: [], subs: [], cu: undefined },
    };
  }
}
