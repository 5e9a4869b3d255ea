import type { Positions, Publication } from '@workflow-runner/contract';
import type { LedgerDoc } from './documents.js';
import type { MongoDriver } from './driver.js';
import { LedgerMarks } from './ledger-marks.js';
import { planPass, type Fresh } from './ledger-plan.js';
import { LedgerRetention } from './ledger-retention.js';
import type { Base, LedgerPart } from './parts.js';
import { PublicationReader, type What } from './publications.js';

/** Of each kind as many go into a pass, oldest first. */
const PASS_LIMIT = 500;

const UNTOLD = { un: { $exists: true } };
const OLDEST = { un: 1 } as const;

type Newest = Pick<LedgerDoc, '_id' | 'to' | 'audTo'>;
const BEGINNING: Newest = { _id: 0, to: 0, audTo: 0 };

/**
 * Brings what was committed into one order: exactly once, whoever does it, and in the order of revisions for each instance.
 *
 *   fresh (`un` in its document) ──a ledger document names it──▶ placed ──its own document is marked──▶ told
 *
 * The insert of the next ledger document decides; its `_id` is the number of the pass, so that of several who have read the
 * same one wins, and the others begin again. Nobody plans a pass before all that the newest one says has been carried out:
 * what was read behind that is fresh indeed.
 */
export class Ledger implements LedgerPart {
  private readonly driver: MongoDriver;
  private readonly marks: LedgerMarks;
  private readonly reader: PublicationReader;
  private readonly retention: LedgerRetention;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(private readonly base: Pick<Base, 'driver' | 'now'>) {
    this.driver = base.driver;
    this.marks = new LedgerMarks(base.driver);
    this.reader = new PublicationReader(base.driver);
    this.retention = new LedgerRetention(base.driver);
  }

  /** Resolves when everything that was committed before the call is in the order. One look for many that ask meanwhile. */
  async catchUp(): Promise<void> {
    if (!this.running) {
      this.running = this.look().finally(() => (this.running = null));
      return this.running;
    }
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        return this.catchUp();
      });
    return this.next;
  }

  async publications(after: number, limit: number, what: What): Promise<readonly Publication[]> {
    await this.catchUp();
    return this.reader.after(after, limit, what);
  }

  async positions(): Promise<Positions> {
    await this.catchUp();
    const [newest, deleted] = await Promise.all([
      this.driver.findOne('ledger', {}, { sort: { _id: -1 }, projection: { to: 1 } }),
      this.driver.findOne('meta', { _id: 'deleted' }),
    ]);
    const gone = deleted?.position ?? 0;
    return { last: Math.max(newest?.to ?? 0, gone), deleted: gone };
  }

  /** Rows up to this position are about to be deleted. */
  async noteDeleted(position: number): Promise<void> {
    const note = (): Promise<boolean> =>
      this.driver.updateOne('meta', { _id: 'deleted' }, { $max: { position } }, { upsert: true });
    // False: somebody else has inserted it at that moment.
    if (!(await note())) await note();
  }

  async forget(limit: number): Promise<void> {
    await this.retention.forget(limit);
  }

  async findings(): Promise<string[]> {
    const { _id, to, audTo } = await this.settled();
    const one = { projection: { _id: 1 } };
    const [instance, entry, minute] = await Promise.all([
      this.driver.findOne('instances', { _id: { $gt: '' }, pos: { $gt: to } }, one),
      this.driver.findOne('audit', { p: { $gt: audTo } }, one),
      this.driver.findOne('statistics', { minute: { $gte: 0 }, led: { $gt: _id } }, one),
    ]);
    return [
      ...(instance ? [`instance ${instance._id} was told behind the end of the ledger`] : []),
      ...(entry ? [`audit entry ${entry._id} has a number behind the end of the ledger`] : []),
      ...(minute ? [`statistics ${minute._id} were counted behind the end of the ledger`] : []),
    ];
  }

  /** The newest pass, once everything that it says is carried out. */
  async settled(): Promise<Newest> {
    const newest = await this.driver.findOne('ledger', {}, { sort: { _id: -1 } });
    if (!newest) return BEGINNING;
    if (newest.done !== 1) await this.marks.carryOut(newest);
    return newest;
  }

  private async look(): Promise<void> {
    if (await this.isUpToDate()) return;
    while (await this.pass());
  }

  /** The mark goes last from each document, so that without any nothing is left to be carried out either. */
  private async isUpToDate(): Promise<boolean> {
    const one = { projection: { _id: 1 } };
    const found = await Promise.all([
      this.driver.findOne('instances', UNTOLD, one),
      this.driver.findOne('events', UNTOLD, one),
      this.driver.findOne('audit', UNTOLD, one),
    ]);
    return found.every((doc) => doc === null);
  }

  /** @returns whether there may be more */
  private async pass(): Promise<boolean> {
    const newest = await this.settled();
    const fresh = await this.fresh();
    const { instances, events, entries } = fresh;
    if (instances.length + events.length + entries.length === 0) return false;
    const pass = planPass(newest, fresh, this.base.now());
    if (isSilent(pass)) {
      await this.marks.unmark(pass);
      return false;
    }
    // Somebody else was first: what was read here may be told by now.
    if (!(await this.driver.insertOne('ledger', pass))) return true;
    await this.marks.carryOut(pass);
    const isFull = [events, entries].some(({ length }) => length === PASS_LIMIT);
    return isFull || instances.length === PASS_LIMIT || pass.docs.length < instances.length;
  }

  private async fresh(): Promise<Fresh> {
    const read = { sort: OLDEST, limit: PASS_LIMIT };
    const [instances, events, entries] = await Promise.all([
      this.driver.find('instances', UNTOLD, { ...read, projection: INSTANCE }),
      this.driver.find('events', UNTOLD, { ...read, projection: { aud: 1 } }),
      this.driver.find('audit', UNTOLD, { ...read, projection: { un: 1 } }),
    ]);
    return { instances, events, entries };
  }
}

/** What it has found has changed since the pass before has read it, and has nothing new for it. */
function isSilent({ runs, aud = [], stat = [] }: LedgerDoc): boolean {
  return runs.length + aud.length + stat.length === 0;
}

const INSTANCE = Object.fromEntries(
  ['created', 'rev', 'seq', 'told', 'wf', 'aud', 'log.r', 'log.at', 'log.tell', 'log.ord', 'log.e'].map(
    (field) => [field, 1],
  ),
);
