import {
  type AttemptFacts,
  type Commit,
  type JournalKind,
  type NodeIdentity,
  type Rest,
  type Telling,
} from '@workflow-runner/contract';
import { encodeSnapshot, type Draft } from '../decide/draft.js';
import { restOf, type Hold } from '../decide/rest.js';
import type { Image } from './image.js';

/** Changes after which a snapshot is written along, so that loading stays short. */
const LONGEST_TAIL_ROWS = 200;
const SHORTEST_TAIL_CHARS = 16_384;

/** Turns drafts into commits of one instance: counts revisions, writes data by difference, decides on snapshots. */
export class CommitWriter {
  /** Revision of the newest commit written here. */
  revision: number;
  private dataText = '';
  private acceptData: (() => void) | null = null;
  private tailRows = 0;
  private tailChars = 0;
  private snapshotChars = 0;
  private honoured: number | null = null;
  private columns: { definitionHash?: string; crashes?: number } | null = null;

  constructor(
    private readonly image: Image,
    private readonly node: NodeIdentity,
  ) {
    this.revision = image.record.revision;
    this.tailRows = image.record.revision - image.record.snapshotRevision;
  }

  get nextRevision(): number {
    return this.revision + 1;
  }

  /** The instance goes on under the registered definition from the next commit on. */
  adopt(definitionHash: string): void {
    this.columns = { ...this.columns, definitionHash };
  }

  forgetCrashes(): void {
    this.columns = { ...this.columns, crashes: 0 };
  }

  honour(markAt: number): void {
    this.honoured = markAt;
  }

  /**
   * The data as it stands will be written with the next commit.
   * @throws {DataNotSerializableError} @throws {DataTooLargeError}
   */
  settleData(): void {
    const { text, accept } = this.image.data.difference(this.image.state.data);
    this.dataText = text;
    this.acceptData = accept;
  }

  /** The same after a failure: what cannot be stored goes back to what was last durable. */
  settleDataOrRestore(): void {
    try {
      this.settleData();
    } catch {
      this.image.state.data = this.image.data.lastDurable();
      this.dataText = '';
      this.acceptData = null;
    }
  }

  /** @param rests given when nothing is left to run */
  write(
    draft: Draft,
    kind: JournalKind,
    attempt: AttemptFacts | null,
    rests: { hold: Hold | null } | null,
  ): Commit {
    const { record, state } = this.image;
    const rest = rests ? restOf(state, draft.ended, rests.hold, record.deadlineAt) : null;
    const tell = this.tellings(draft, rest);
    const change = draft.encode(this.dataText);
    this.acceptData?.();
    const snapshot = this.snapshotIfDue(change, rest);
    const commit: Commit = {
      instanceId: record.id,
      tenantId: record.tenantId,
      workflowId: record.workflowId,
      owner: this.node,
      fence: record.fence,
      revision: ++this.revision,
      entry: { kind, attempt, change, tell },
      subscribe: draft.subscribe,
      unsubscribe: draft.unsubscribe,
      consumed: draft.consumed,
      honoured: this.honoured,
      snapshot,
      rest,
      columns: this.columns,
    };
    this.dataText = '';
    this.acceptData = null;
    this.columns = null;
    this.honoured = null;
    return commit;
  }

  private tellings(draft: Draft, rest: Rest | null): Telling[] {
    const tell = draft.tell;
    if (this.revision === 0) {
      tell.unshift('started');
      if (!this.image.state.flow.createdTold) tell.unshift('created');
    }
    if (!rest) return tell;
    if (rest.status === 'failed') tell.push('failed', 'dead-lettered');
    else if (rest.status !== 'pending' && !tell.includes(rest.status)) tell.push(rest.status);
    return tell;
  }

  private snapshotIfDue(change: string, rest: Rest | null): string | null {
    this.tailRows += 1;
    this.tailChars += change.length;
    const long = this.tailChars > Math.max(SHORTEST_TAIL_CHARS, 2 * this.snapshotChars);
    if (!rest && !long && this.tailRows < LONGEST_TAIL_ROWS) return null;
    const { state, data } = this.image;
    const snapshot = encodeSnapshot(state, data.text(state.data));
    this.tailRows = 0;
    this.tailChars = 0;
    this.snapshotChars = snapshot.length;
    return snapshot;
  }
}
