import { PointerStatus } from 'workflow-es';

/** One step left to undo: the compensation to run and what it must see. */
export interface Undo {
  /** Pointer of the step that is undone. */
  readonly of: string;
  /** Compensation step. */
  readonly stepId: number;
  readonly item: unknown;
  readonly localKey: string;
  /** It belongs to a saga that was swept away while open: comes behind all that was in it. */
  readonly behindContent?: true;
}

/**
 * Where an instance stands: workflow-es's execution pointer (its field names are what authors read through
 * `context.pointer`) with what durability needs beside it.
 *
 * A pointer is *open* until `endTime` is set. A container is open while its children are; it is entered again
 * when the last open pointer of its scope has ended. Ids are numbers in base 36, counted per instance, so that a
 * step's idempotency key stays the same however often its process dies.
 */
export class Pointer {
  active = true;
  status: number = PointerStatus.Pending;
  sleepUntil: number | null = null;
  persistenceData: unknown = null;
  startTime: Date | null = null;
  endTime: Date | null = null;
  eventName: string | null = null;
  eventKey: unknown = null;
  eventPublished = false;
  eventData: unknown = undefined;
  outcome: unknown = null;
  stepName: string | undefined = undefined;
  /** Failed attempts so far. */
  retryCount = 0;
  children: string[] = [];
  predecessorId: string | null = null;
  contextItem: unknown = undefined;

  /** Store time at which it became ready, or will look for events from. */
  readyAt = 0;
  /** Revision of the commit that ended it: the order of completion. */
  endedAtRevision = 0;
  /** Branch whose `context.local` it shares. */
  localKey = '';
  /** Id of the subscription it waits on. */
  subscriptionId: string | null = null;
  /** It handles a failure by compensation: what is left to undo, the next one first. */
  undo: Undo[] | null = null;
  /** It has just begun to: what runs in its scope is aborted and must settle before anything is undone. */
  settling = false;
  /** It runs a compensation: what it undoes. */
  undoes: Undo | null = null;
  /** A saga is around it that may have to undo it. */
  inSaga = false;
  /** Deaths of its process while it ran under a start mark. */
  crashes = 0;
  /** It was started under a durable mark and has not been heard of since. */
  marked = false;

  /** Open pointers directly in its scope; derived, not stored. */
  open = 0;

  constructor(
    readonly id: string,
    readonly stepId: number,
    /** Containers around it, root first. */
    readonly scope: string[],
  ) {}

  get isOpen(): boolean {
    return this.endTime === null;
  }

  /** The innermost container around it; empty at the top. */
  get container(): string {
    return this.scope.length === 0 ? '' : this.scope[this.scope.length - 1]!;
  }

  /** It can be executed now, as far as it is concerned. */
  get isReady(): boolean {
    return this.active && this.status === PointerStatus.Pending && this.endTime === null;
  }
}
