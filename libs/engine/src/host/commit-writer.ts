import {
  type AttemptFacts,
  type AuditNote,
  type Commit,
  type ControlFacts,
  type ControlMark,
  type JournalKind,
  type NodeIdentity,
  type Rest,
  type Telling,
} from '@workflow-runner/contract';
import { factsOfDeadline, factsOfMark } from '../decide/control-facts.js';
import { encodeSnapshot, type Draft } from '../decide/draft.js';
import { restOf, type Hold } from '../decide/rest.js';
import { keptSignalBytes } from '../state/flow.js';
import { noteOfDeadline } from './audit-notes.js';
import type { Image } from './image.js';
import type { Unstorable } from './shared-data.js';

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
  private keptSignalBytes: number;
  private control: ControlFacts | null = null;
  private columns: Commit['columns'] = null;
  /** The store knows from here on that what is left to undo needs no slot. */
  private endingTold = false;
  private audit: AuditNote | null = null;

  constructor(
    private readonly image: Image,
    private readonly node: NodeIdentity,
    private readonly isAudited: boolean,
  ) {
    this.revision = image.record.revision;
    this.keptSignalBytes = keptSignalBytes(image.state.flow.signals);
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

  /** The next commit grants a wish, and its row tells whose. */
  honour(mark: ControlMark): void {
    this.honoured = mark.at;
    this.control = factsOfMark(mark);
  }

  /** The next row tells that the deadline has passed, and so does the audit trail. */
  passDeadline(): void {
    const { deadlineAt, correlationId } = this.image.record;
    this.control = factsOfDeadline(deadlineAt ?? 0);
    if (this.isAudited) this.audit = noteOfDeadline(deadlineAt ?? 0, correlationId);
  }

  /** The next row will tell of a wish. */
  get tellsOfWish(): boolean {
    return this.control !== null;
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

  /** The same, but what cannot be stored goes back to what was last durable. @returns why; null: it is settled */
  settleDataOrRestore(): Unstorable | null {
    try {
      this.settleData();
      return null;
    } catch (error) {
      this.image.state.data = this.image.data.lastDurable();
      this.dataText = '';
      this.acceptData = null;
      return error as Unstorable;
    }
  }

  /** @param rests given when nothing is left to run; its pause has been asked for and is granted by such a rest */
  write(
    draft: Draft,
    kind: JournalKind,
    attempt: AttemptFacts | null,
    rests: { hold: Hold | null; pause?: ControlMark | null } | null,
  ): Commit {
    const { record, state } = this.image;
    const rest = rests ? restOf(state, draft.ended, rests.hold, record.deadlineAt) : null;
    if (rests?.pause && draft.ended === null) this.honoured = rests.pause.at;
    if (rests?.pause && rest?.status === 'paused') this.control = factsOfMark(rests.pause);
    this.keptSignalBytes += draft.signalBytes;
    if (rest || draft.signalsChanged) {
      this.columns = { ...this.columns, keptSignalBytes: this.keptSignalBytes };
    }
    if (state.flow.ending && !this.endingTold) {
      this.endingTold = true;
      this.columns = { ...this.columns, ending: true };
    }
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
      entry: { kind, attempt, control: this.control, change, tell },
      subscribe: draft.subscribe,
      unsubscribe: draft.unsubscribe,
      consumed: draft.consumed,
      honoured: this.honoured,
      snapshot,
      rest,
      columns: this.columns,
      audit: this.audit,
    };
    this.dataText = '';
    this.acceptData = null;
    this.columns = null;
    this.honoured = null;
    this.control = null;
    this.audit = null;
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
    let snapshot: string;
    try {
      snapshot = encodeSnapshot(state, data.text);
    } catch (error) {
      // Something a step in flight holds cannot be stored: that is found when it ends. Until then the journal says all.
      if (rest) throw error;
      return null;
    }
    this.tailRows = 0;
    this.tailChars = 0;
    this.snapshotChars = snapshot.length;
    return snapshot;
  }
}
