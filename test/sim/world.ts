import { decode, type Commit } from '@workflow-runner/contract';
import type { fold } from '@workflow-runner/engine';
import type { ManualClock } from '@workflow-runner/testing';
import type { Wait } from './program.js';

type Flow = ReturnType<typeof fold>['flow'];

export type Role = 'do' | 'undo' | 'wait' | 'delay' | 'saga';

/** One body at work. */
export interface Visit {
  readonly path: string;
  readonly role: Role;
  readonly pointerId: string;
  readonly item: string;
  readonly attempt: number;
  /** What its branch's `context.local` counted when it began. */
  readonly local: number;
  readonly startedAt: Mark;
  /** Null while it is at work. */
  endedAt: Mark | null;
}

/** A moment: its place in the order of all that happened, and the virtual time. */
export interface Mark {
  readonly order: number;
  readonly time: number;
}

export interface Question {
  readonly answer: Wait['answer'];
  readonly by: Wait['by'];
  /** Name of the step that waits. */
  readonly step: string;
  /** Pointer of the asking step. */
  readonly askedBy: string;
  /** When it was first published. */
  publishedAt: Mark | null;
  /** How often somebody has begun to answer it. */
  begun: number;
  /** The store has said that it keeps it. */
  acknowledged: boolean;
}

/**
 * What lies outside of the processes and survives their deaths: what the steps did, what was answered, what is
 * broken and what an operator has repaired. All that is checked in the end comes from here and from the journal.
 */
export class World {
  readonly visits: Visit[] = [];
  /** What was learned to be wrong on the way. */
  readonly violations: string[] = [];
  /** When the commit that completed a pointer's attempt, or says that it failed, became durable. */
  readonly completed = new Map<string, Mark>();
  /** What is asked for, by the key of the event that answers it. */
  readonly failed = new Map<string, Mark>();
  readonly questions = new Map<string, Question>();
  /** Names of what has thrown because it is broken; an operator repairs them. */
  readonly broken = new Set<string>();
  readonly repaired = new Set<string>();
  private readonly paths = new Map<string, { readonly path: string; readonly role: Role }>();
  /** Why no step may begin any more, as far as that is durable. */
  private stopped: 'was ended' | 'had failed' | null = null;
  private order = 0;
  /** A body of another instance of the same workflow is at work, which has the only slot then. */
  private hasRival = false;

  constructor(
    private readonly clock: ManualClock,
    /** Publishes an answer at once. */
    private readonly answer: (key: string, question: Question) => void,
  ) {}

  mark(): Mark {
    this.order += 1;
    return { order: this.order, time: this.clock.now() };
  }

  /** Grows whenever something happens. */
  get activity(): number {
    return this.order;
  }

  /** A pointer never stands for two places, whatever dies. */
  note(pointerId: string, path: string, role: Role): void {
    const known = this.paths.get(pointerId);
    if (known && (known.path !== path || known.role !== role)) {
      this.violations.push(`pointer ${pointerId} is ${known.role} ${known.path} and ${role} ${path}`);
    }
    this.paths.set(pointerId, { path, role });
  }

  /** The pointer of a saga that may be begun again: its name counts the rounds. */
  noteSaga(pointerId: string, path: string): void {
    this.paths.set(pointerId, { path, role: 'saga' });
  }

  placeOf(pointerId: string): { path: string; role: Role } | undefined {
    return this.paths.get(pointerId);
  }

  enter(visit: Omit<Visit, 'startedAt' | 'endedAt'>): Visit {
    this.note(visit.pointerId, visit.path, visit.role);
    if (this.stopped && (visit.role === 'do' || this.stopped === 'had failed')) {
      this.violations.push(`${visit.role} ${visit.path} began when the instance ${this.stopped}`);
    }
    const running = this.visits.find(
      (other) => other.pointerId === visit.pointerId && other.endedAt === null,
    );
    if (running) this.violations.push(`${visit.role} ${visit.path} ran twice at a time`);
    if (this.hasRival && visit.role !== 'undo') {
      this.violations.push(`${visit.role} ${visit.path} began beside another instance of its workflow`);
    }
    const entered: Visit = { ...visit, startedAt: this.mark(), endedAt: null };
    this.visits.push(entered);
    return entered;
  }

  leave(visit: Visit): void {
    visit.endedAt ??= this.mark();
  }

  /** A body of another instance begins. What is undone because of a wish needs no slot. */
  enterRival(name: string): void {
    const other = this.visits.find(({ role, endedAt }) => role !== 'undo' && endedAt === null);
    if (other) this.violations.push(`${name} began beside ${other.role} ${other.path}`);
    if (this.hasRival) this.violations.push(`${name} began beside another rival`);
    this.hasRival = true;
    this.mark();
  }

  leaveRival(): void {
    this.hasRival = false;
    this.mark();
  }

  /** Everything that was at work has died with its process. */
  abandon(): void {
    for (const visit of this.visits) this.leave(visit);
    this.hasRival = false;
  }

  committed(commit: Commit): void {
    const { attempt, change } = commit.entry;
    const mark = this.mark();
    const { f: flow } = decode(change) as { f?: Flow };
    if (flow) this.stopped = flow.ending ? 'was ended' : flow.halted ? 'had failed' : null;
    if (attempt?.status === 'failed') this.failed.set(attempt.pointerId, mark);
    if (attempt?.status !== 'completed' && attempt?.status !== 'compensated') return;
    if (this.completed.has(attempt.pointerId)) return;
    this.completed.set(attempt.pointerId, mark);
    for (const [key, question] of this.questions) {
      if (question.askedBy === attempt.pointerId && question.answer === 'window') this.answer(key, question);
    }
  }

  /** Somebody has asked for a retry: what failed may begin again. */
  retried(): void {
    if (this.stopped === 'had failed') this.stopped = null;
  }

  ask(key: string, { answer, by, label: step }: Wait, askedBy: string): void {
    if (this.questions.has(key)) return;
    const unanswered = { publishedAt: null, begun: 0, acknowledged: false };
    const question: Question = { answer, by, step, askedBy, ...unanswered };
    this.questions.set(key, question);
    if (answer === 'early') this.answer(key, question);
  }

  /** Whether an answer would be heard now that has not been given. */
  mayAnswer({ answer, askedBy, acknowledged }: Question): boolean {
    return !acknowledged && (answer === 'early' || this.completed.has(askedBy));
  }

  /** Fails while a broken thing has not been repaired. */
  useBroken(name: string): void {
    if (this.repaired.has(name)) return;
    this.broken.add(name);
    throw new BrokenError(name);
  }

  repair(): void {
    for (const name of this.broken) this.repaired.add(name);
  }
}

export class BrokenError extends Error {
  readonly retryable = false;
}
