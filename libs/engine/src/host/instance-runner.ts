import {
  NodeFencedError,
  type AttemptFacts,
  type Commit,
  type CommitReceipt,
  type ControlMark,
  type InboxMessage,
  type InstanceRecord,
  type JournalKind,
  type NodeIdentity,
} from '@workflow-runner/contract';
import { PointerStatus } from '../authoring/workflow-es.js';
import { applyControl, beginEnding } from '../decide/apply-control.js';
import { DEADLINE } from '../decide/control-facts.js';
import { Draft } from '../decide/draft.js';
import type { Hold } from '../decide/rest.js';
import { settlingAround } from '../decide/scopes.js';
import { resumeWindingDown } from '../decide/undo.js';
import { handOutSignals, receive } from '../decide/waits.js';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import type { InstanceState } from '../state/instance-state.js';
import type { Pointer } from '../state/pointer.js';
import { CommitLine, type CommitLineOwner } from './commit-line.js';
import { CommitWriter } from './commit-writer.js';
import { countCrashes } from './count-crashes.js';
import { decideSettlement } from './decide-settlement.js';
import { Execution, type Settlement } from './execution.js';
import { Gate } from './gate.js';
import type { Image } from './image.js';
import { InstanceView } from './instance-view.js';
import type { HostServices, RunnerOwner } from './services.js';
import { settleReplacedData } from './shared-data.js';
import { Sleepers } from './sleepers.js';
import { Suspects } from './suspects.js';
import { TakenMessages } from './taken-messages.js';

/**
 * Runs one instance while this node owns it: starts every ready pointer on its own, turns each settlement into one
 * commit, and lets successors start when that commit is durable. When nothing runs and nothing can start, the
 * same commit gives the instance back.
 *
 *   running ──commit with rest──▶ resting ──acknowledged──▶ over
 *      ▲                             │
 *      └──── mail had come in ◀──────┘
 *
 * Between commits all changes gather in one open draft, so whatever was decided reaches the store together.
 */
export class InstanceRunner implements CommitLineOwner {
  readonly view: InstanceView;
  readonly writer: CommitWriter;

  readonly inFlight = new Map<Pointer, Execution>();
  private readonly isRunning = (pointer: Pointer): boolean => this.inFlight.has(pointer);
  private readonly line: CommitLine;
  private readonly suspects: Suspects;
  private readonly sleepers: Sleepers;
  private ready: Pointer[] = [];
  private readonly gate = new Gate();
  /** Suspects that wait for the lane. */
  private inLane = 0;
  private open: Draft | null = null;
  /** Something in the open draft must be written although no step may bring it along. */
  private mustWrite: JournalKind | null = null;
  private hold: Hold | null = null;
  private pauseMark: ControlMark | null = null;
  private honouredAt = 0;
  private readonly taken = new TakenMessages();
  private resting = false;
  private over = false;
  private readonly overListeners: (() => void)[] = [];

  constructor(
    readonly services: HostServices,
    private readonly owner: RunnerOwner,
    readonly node: NodeIdentity,
    readonly image: Image,
  ) {
    this.view = new InstanceView(image.record, image.state, image.definition);
    this.line = new CommitLine(services.store, services.timers, this);
    this.writer = new CommitWriter(image, node, services.options.audit);
    this.suspects = new Suspects(services.suspects);
    this.sleepers = new Sleepers(services, image, () => this.onTime());
  }

  get id(): string {
    return this.image.record.id;
  }

  get record(): InstanceRecord {
    return this.image.record;
  }

  get state(): InstanceState {
    return this.image.state;
  }

  get definition(): CompiledDefinition {
    return this.image.definition;
  }

  /** Begins with what the claim brought: deaths to count, messages, a mark, a passed deadline. */
  begin(inbox: readonly InboxMessage[], adopts: boolean): void {
    const { record } = this;
    if (record.status === 'paused') this.hold = { status: 'paused', reason: record.statusReason };
    if (adopts) this.writer.adopt(this.definition.hash);
    const draft = this.draft();
    if (record.crashes > 0 && countCrashes(this, draft, this.suspects)) this.mustWrite = 'control';
    if (resumeWindingDown(draft)) this.mustWrite = 'control';
    while (handOutSignals(draft)) this.mustWrite ??= 'delivery';
    this.collectReady();
    for (const message of inbox) this.take(message);
    if (record.control) this.control(record.control);
    this.onTime();
  }

  /** Messages and a mark that came while it ran. A rest under way hands them over itself. */
  deliver(inbox: readonly InboxMessage[], mark: ControlMark | null): void {
    if (this.over || this.resting) return;
    for (const message of inbox) this.take(message);
    if (mark) this.control(mark);
    this.pump();
  }

  /** Stops without another word: what runs is aborted, nothing more is written. */
  drop(reason: string): void {
    if (this.over) return;
    this.finish();
    for (const execution of this.inFlight.values()) execution.abandon(reason);
    this.inFlight.clear();
  }

  /** A step's body is under way, or a commit. */
  get isBusy(): boolean {
    return this.inFlight.size > 0 || this.line.length > 0;
  }

  // Starting ------------------------------------------------------------------------------------------

  pump(): void {
    if (this.over || this.resting) return;
    while (this.ready.length > 0 && this.mayStart()) this.start(this.ready.shift()!);
    if (this.over || this.resting) return;
    if (this.isBlocked()) this.withdrawSuspect();
    if (this.isIdle() && (this.owner.mayStart || !this.hasReady()))
      this.write(this.mustWrite ?? 'rest', null);
    else if (this.mustWrite && this.line.length === 0) this.write(this.mustWrite, null);
  }

  private mayStart(): boolean {
    if (this.over || this.isBlocked() || !this.owner.mayStart) return false;
    return this.inFlight.size < this.services.options.maxPerInstance;
  }

  private isBlocked(): boolean {
    const { flow } = this.state;
    return this.hold !== null || flow.halted || flow.suspended !== null;
  }

  private hasReady(): boolean {
    return this.ready.some((pointer) => this.isStartable(pointer));
  }

  private isStartable(pointer: Pointer): boolean {
    return pointer.isReady && this.state.pointers.get(pointer.id) === pointer;
  }

  /** Nothing runs, nothing is on its way to the store, and nothing can start. */
  private isIdle(): boolean {
    if (this.inFlight.size > 0 || this.gate.count > 0 || this.line.length > 0) return false;
    return this.cannotStart();
  }

  private cannotStart(): boolean {
    return this.isBlocked() || (this.inLane === 0 && !this.hasReady());
  }

  private start(pointer: Pointer): void {
    if (!this.isStartable(pointer)) return this.suspects.leave(pointer);
    const step = this.definition.step(pointer.stepId);
    if (!step)
      return this.owner.lost(this, new Error(`${this.definition.workflowId} has no step ${pointer.stepId}`));
    if (this.suspects.needsMark(pointer)) return this.startMarked(pointer);
    pointer.status = PointerStatus.Running;
    const execution = new Execution(this, pointer, step, this.services.store.now());
    this.inFlight.set(pointer, execution);
    execution.start();
  }

  /** A suspect: it waits for the lane, its start is made durable, and then it runs. */
  private startMarked(pointer: Pointer): void {
    this.inLane += 1;
    this.suspects.enter(pointer, () => {
      this.inLane -= 1;
      if (this.over || this.isBlocked() || !this.isStartable(pointer)) {
        this.suspects.leave(pointer);
        this.ready.push(pointer);
        return this.pump();
      }
      pointer.marked = true;
      this.draft().ready(pointer);
      this.write('mark', null);
    });
  }

  /** Nothing may start any more: a suspect that holds the lane and has not begun gives it back, without its mark. */
  private withdrawSuspect(): void {
    const pointer = this.suspects.held;
    if (!pointer || !this.ready.includes(pointer)) return;
    pointer.marked = false;
    this.draft().touch(pointer);
    this.suspects.leave(pointer);
  }

  // Settling ------------------------------------------------------------------------------------------

  /** One execution has ended: decides, and writes one commit. */
  onSettled(execution: Execution, settlement: Settlement): void {
    if (this.over) return;
    const { pointer } = execution;
    this.inFlight.delete(pointer);
    this.suspects.acquit(pointer);
    pointer.status = PointerStatus.Pending;
    let facts: AttemptFacts;
    try {
      facts = decideSettlement(this, this.draft(), execution, settlement);
    } catch (error) {
      return this.giveUp(pointer.id, error);
    }
    if (this.record.crashes > 0 && this.suspects.none) this.writer.forgetCrashes();
    this.abortWindingDown();
    this.write('step', facts);
    this.suspects.leave(pointer); // Whoever waits for the lane begins now, and must see what was decided.
    this.pump();
  }

  /** What was decided cannot be believed: the image is thrown away, and the attempt counts as failed when it comes again. */
  private giveUp(pointerId: string | null, error: unknown): void {
    if (pointerId !== null) this.services.unwritable.set(`${this.id}:${pointerId}`, error);
    this.suspects.leave(null);
    this.owner.lost(this, error);
  }

  private abortWindingDown(): void {
    for (const [pointer, execution] of this.inFlight) {
      if (pointer.undoes || execution.abortedFor !== null) continue;
      if (settlingAround(this.draft(), pointer) === undefined) continue;
      execution.abort(this.state.flow.ending?.reason ?? 'what is around it is compensated');
    }
  }

  // Mail and time -------------------------------------------------------------------------------------

  private take(message: InboxMessage): void {
    if (!this.taken.isNew(message.id)) return;
    const draft = this.draft();
    draft.consumed.push(message.id);
    const pointer = receive(draft, message);
    if (pointer?.isReady) this.ready.push(pointer);
    this.mustWrite ??= 'delivery';
  }

  private control(mark: ControlMark): void {
    if (mark.at <= this.honouredAt || mark.at === this.pauseMark?.at || !this.beginWish()) return;
    if (mark.action === 'pause') {
      this.pauseMark = mark;
      this.hold = { status: 'paused', reason: mark.reason };
      return;
    }
    this.honouredAt = mark.at;
    this.writer.honour(mark);
    this.mustWrite = 'control';
    if (mark.action === 'accept') return this.writer.adopt(this.definition.hash);
    this.hold = null;
    this.pauseMark = null;
    applyControl(this.draft(), mark);
    this.lookAnew();
    if (mark.data === undefined) return;
    // It must not wait for a step that leaves something in it that cannot be stored.
    settleReplacedData(this);
    this.write('control', null);
  }

  /** A row of the journal tells of one wish: one that is still to be written goes first. @returns false: not now */
  private beginWish(): boolean {
    if (this.writer.tellsOfWish) this.write('control', null);
    return !this.over && !this.resting;
  }

  /** Moments have passed: the deadline, or the time of sleepers. */
  private onTime(): void {
    if (this.over) return;
    // What a rest on its way says must not change any more: its wake time brings us back, or its refusal does.
    if (this.resting) return this.sleepers.note(this.services.store.now());
    if (this.sleepers.isPastDeadline() && !this.state.flow.ending && this.beginWish()) {
      this.hold = null;
      this.writer.passDeadline();
      beginEnding(this.draft(), DEADLINE, true);
      this.mustWrite = 'control';
      this.lookAnew();
    }
    this.ready.push(...this.sleepers.wake(this.draft()));
    this.pump();
  }

  /** After a decision that no step made: some pointers may start now, others must stop. */
  private lookAnew(): void {
    this.collectReady();
    this.sleepers.note(this.services.store.now());
    this.abortWindingDown();
  }

  /** Finds what may start. What a decision has just made must be durable first: it waits in the draft or behind a gate. */
  private collectReady(): void {
    const known = new Set([...this.ready, ...this.draft().woken, ...this.gate.all()]);
    for (const pointer of this.state.pointers.values()) {
      if (pointer.isReady && pointer.open === 0 && !known.has(pointer)) this.ready.push(pointer);
    }
  }

  // Writing -------------------------------------------------------------------------------------------

  /** The draft all decisions go into until it is written. */
  private draft(): Draft {
    const now = this.services.store.now();
    if (this.open) this.open.now = now;
    else {
      const { nextRevision } = this.writer;
      this.open = new Draft(this.state, this.definition, this.id, now, nextRevision, this.isRunning);
    }
    return this.open;
  }

  private write(kind: JournalKind, facts: AttemptFacts | null): void {
    const draft = this.draft();
    this.open = null;
    this.mustWrite = null;
    const idle = this.inFlight.size === 0 && this.gate.count === 0 && draft.woken.length === 0;
    const rests = draft.ended !== null || (idle && this.cannotStart());
    let commit: Commit;
    try {
      commit = this.writer.write(
        draft,
        kind,
        facts,
        rests ? { hold: this.hold, pause: this.pauseMark } : null,
      );
    } catch (error) {
      return this.giveUp(facts?.pointerId ?? null, error);
    }
    this.resting = rests;
    this.sleepers.note(draft.earliestSleep());
    if (draft.ended !== null)
      for (const execution of this.inFlight.values()) execution.abandon('the instance ended');
    this.gate.hold(commit.revision, draft.woken);
    this.line.submit(commit);
  }

  acknowledged(commit: Commit, receipt: CommitReceipt): void {
    this.owner.committed(this, commit.revision, commit.entry, receipt.at);
    this.taken.consumed(commit.consumed);
    if (receipt.rested) {
      this.finish();
      return this.owner.rested(this, commit.rest!);
    }
    for (const pointer of this.gate.open(commit.revision)) this.ready.push(pointer);
    if (commit.rest) this.resting = false;
    for (const message of receipt.delivered) this.take(message);
    if (receipt.control) this.control(receipt.control);
    this.sleepers.arm();
    this.pump();
  }

  refused(_commit: Commit, error: unknown): void {
    if (this.over) return;
    if (error instanceof NodeFencedError) this.owner.fenced(this.node);
    else this.owner.lost(this, error);
  }

  /** Calls back when this node has given the instance up. */
  onOver(listener: () => void): void {
    if (this.over) listener();
    else this.overListeners.push(listener);
  }

  private finish(): void {
    this.over = true;
    for (const listener of this.overListeners) listener();
    this.line.close();
    this.sleepers.stop();
    this.suspects.leave(null);
  }
}
