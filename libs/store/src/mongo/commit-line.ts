import { StoreUnavailableError } from '@workflow-runner/contract';
import type { Commit, CommitReceipt } from '@workflow-runner/contract';
import type { Moment } from './commit-decision.js';
import type { Committing } from './committing.js';
import type { Ownership } from './ownership.js';
import { isPlain, PlainChange } from './plain-change.js';
import type { PlainWriter } from './plain-writer.js';

/** Instances of one bulk; a larger crowd is split so that nobody waits for all of it. */
const MAX_GROUP = 1_000;

interface Job {
  readonly asked: Commit;
  readonly resolve: (receipt: CommitReceipt) => void;
  readonly reject: (error: unknown) => void;
}

/** Plain commits of one instance that go together. */
interface Batch {
  readonly change: PlainChange;
  readonly jobs: Job[];
  readonly receipts: CommitReceipt[];
}

export interface CommitLineParts {
  readonly ownership: Ownership;
  readonly writer: PlainWriter;
  readonly committing: Committing;
  readonly moment: () => Moment;
}

/**
 * The order of commits. Those of one instance are carried out one after the other. Plain ones of a turn of the event loop, and
 * all that come while a bulk is on its way, go as one bulk; the others read their instance first, each for itself.
 *
 * An instance: idle -> gathered (its first plain commit; more may join) -> busy (the bulk, or a commit that reads, is on its
 * way; what comes now waits) -> idle, or on with what has waited.
 */
export class CommitLine {
  private gathered = new Map<string, Batch>();
  private readonly busy = new Map<string, Job[]>();
  private state: 'idle' | 'scheduled' | 'writing' = 'idle';
  private isClosed = false;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly parts: CommitLineParts) {}

  commit(asked: Commit): Promise<CommitReceipt> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new StoreUnavailableError('The MongoDB store is closed'));
      this.take({ asked, resolve, reject });
    });
  }

  /** Takes no new ones and waits for those it has. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.isIdle) return;
    await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  private get isIdle(): boolean {
    return this.gathered.size === 0 && this.busy.size === 0;
  }

  private take(job: Job): void {
    const { instanceId } = job.asked;
    const waiting = this.busy.get(instanceId);
    if (waiting) {
      waiting.push(job);
      return;
    }
    const batch = this.gathered.get(instanceId);
    if (!batch) this.begin(job);
    else if (this.fits(job, batch)) this.add(job, batch);
    // Its place is behind the bulk; whatever comes next of this instance is behind it.
    else batch.jobs.push(job);
  }

  /** Whether it goes with the others of its instance; after one that does not, none does. */
  private fits({ asked }: Job, { jobs, receipts, change }: Batch): boolean {
    return jobs.length === receipts.length && !change.ends && this.isNext(asked);
  }

  private begin(job: Job): void {
    const { ownership } = this.parts;
    const owned = ownership.get(job.asked.instanceId);
    if (!owned || !this.isNext(job.asked)) return this.readFirst(job);
    const batch: Batch = { change: new PlainChange(job.asked, { ...owned }), jobs: [], receipts: [] };
    if (!this.add(job, batch)) return;
    this.gathered.set(job.asked.instanceId, batch);
    if (this.state === 'idle') this.schedule();
  }

  /** One that cannot be written is refused at once. */
  private add(job: Job, batch: Batch): boolean {
    try {
      batch.receipts.push(batch.change.add(job.asked, this.parts.moment()));
    } catch (error) {
      job.reject(error);
      return false;
    }
    batch.jobs.push(job);
    this.parts.ownership.set(job.asked.instanceId, batch.change.after());
    return true;
  }

  /** A plain commit that follows what is known, so that only the condition of its update must still hold. */
  private isNext(asked: Commit): boolean {
    const owned = this.parts.ownership.get(asked.instanceId);
    return (
      owned !== undefined &&
      owned.owner.nodeId === asked.owner.nodeId &&
      owned.owner.epoch === asked.owner.epoch &&
      owned.fence === asked.fence &&
      owned.revision + 1 === asked.revision &&
      isPlain(asked, owned) &&
      !this.parts.committing.mustTrim(asked, owned)
    );
  }

  private schedule(): void {
    this.state = 'scheduled';
    setImmediate(() => void this.flush());
  }

  private async flush(): Promise<void> {
    this.state = 'writing';
    const batches = [...this.gathered.values()].slice(0, MAX_GROUP);
    for (const { change } of batches) {
      this.gathered.delete(change.instanceId);
      this.busy.set(change.instanceId, []);
    }
    const verdicts = await this.parts.writer.write(batches.map(({ change }) => change));
    batches.forEach((batch, index) => this.settle(batch, verdicts[index] ?? null));
    this.state = 'idle';
    if (this.gathered.size > 0) this.schedule();
    this.tellIdle();
  }

  /** @param verdict null: it is written; `read`: nothing is known against it, but it must be read; else why not */
  private settle({ change, jobs, receipts }: Batch, verdict: Error | 'read' | null): void {
    const { instanceId } = change;
    const joined = jobs.slice(0, receipts.length);
    const later = [...jobs.slice(receipts.length), ...(this.busy.get(instanceId) ?? [])];
    this.busy.delete(instanceId);
    if (verdict !== null || change.ends) this.parts.ownership.drop(instanceId);
    if (verdict === null) joined.forEach((job, index) => job.resolve(receipts[index]!));
    else if (verdict !== 'read') for (const job of joined) job.reject(verdict);
    for (const job of verdict === 'read' ? [...joined, ...later] : later) this.take(job);
  }

  private readFirst(job: Job): void {
    const { instanceId } = job.asked;
    this.busy.set(instanceId, []);
    this.parts.committing
      .commit(job.asked)
      .then(job.resolve, job.reject)
      .finally(() => {
        const later = this.busy.get(instanceId) ?? [];
        this.busy.delete(instanceId);
        for (const next of later) this.take(next);
        this.tellIdle();
      });
  }

  private tellIdle(): void {
    if (!this.isIdle) return;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}
