import {
  NodeFencedError,
  RevisionConflictError,
  WorkflowError,
  type Commit,
  type CommitReceipt,
  type Store,
} from '@workflow-runner/contract';
import type { Timers } from './timers.js';

export interface CommitLineOwner {
  acknowledged(commit: Commit, receipt: CommitReceipt): void;
  /** The store has decided against it: conflict, fenced, or something in it cannot be stored. */
  refused(commit: Commit, error: unknown): void;
}

interface Entry {
  readonly commit: Commit;
  /** Which sending of the line it belongs to; answers to earlier ones do not count. */
  sending: number;
  resent: boolean;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Commits of one instance on their way to the store, in order, several at once. While the store is away they wait
 * and are sent again, all of them from the first that has no answer; one whose answer was lost is read back.
 */
export class CommitLine {
  private readonly unanswered: Entry[] = [];
  private sending = 0;
  private pausing = false;
  private pauseMs = FIRST_PAUSE_MS;
  private closed = false;

  constructor(
    private readonly store: Store,
    private readonly timers: Timers,
    private readonly owner: CommitLineOwner,
  ) {}

  get length(): number {
    return this.unanswered.length;
  }

  submit(commit: Commit): void {
    const entry: Entry = { commit, sending: this.sending, resent: false };
    this.unanswered.push(entry);
    if (!this.pausing) this.send(entry);
  }

  close(): void {
    this.closed = true;
    this.unanswered.length = 0;
  }

  private send(entry: Entry): void {
    const { sending } = entry;
    this.store.commit(entry.commit).then(
      (receipt) => this.answered(entry, receipt),
      (error: unknown) => {
        if (entry.sending === sending) this.failed(entry, error);
      },
    );
  }

  private answered(entry: Entry, receipt: CommitReceipt): void {
    if (this.closed) return;
    const index = this.unanswered.indexOf(entry);
    if (index < 0) return;
    this.unanswered.splice(index, 1);
    this.pauseMs = FIRST_PAUSE_MS;
    this.owner.acknowledged(entry.commit, receipt);
  }

  private failed(entry: Entry, error: unknown): void {
    if (this.closed || this.pausing) return;
    if (error instanceof RevisionConflictError && entry.resent) return void this.readBack(entry, error);
    const transient =
      error instanceof WorkflowError &&
      error.retryable &&
      !(error instanceof RevisionConflictError) &&
      !(error instanceof NodeFencedError);
    if (transient) this.pause();
    else this.owner.refused(entry.commit, error);
  }

  private pause(): void {
    this.pausing = true;
    this.sending += 1;
    this.timers.at(this.store.now() + this.pauseMs, () => this.sendAgain());
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
  }

  private sendAgain(): void {
    this.pausing = false;
    if (this.closed) return;
    for (const entry of [...this.unanswered]) {
      entry.sending = this.sending;
      entry.resent = true;
      this.send(entry);
    }
  }

  /** The answer to an earlier sending may have been lost: what is stored decides. */
  private async readBack(entry: Entry, conflict: RevisionConflictError): Promise<void> {
    try {
      const stored = await this.store.load(entry.commit.instanceId);
      if (this.closed) return;
      const { revision, fence, owner, control, updatedAt } = stored?.record ?? {};
      const ours =
        fence === entry.commit.fence && revision !== undefined && revision >= entry.commit.revision;
      if (!stored || !ours) return this.owner.refused(entry.commit, conflict);
      this.answered(entry, {
        revision: entry.commit.revision,
        at: updatedAt ?? this.store.now(),
        rested: owner === null,
        delivered: stored.inbox,
        control: control ?? null,
      });
    } catch {
      if (!this.closed) this.pause();
    }
  }
}
