import type { Caller } from '../caller.js';
import type { ControlAction } from '../status.js';

/** How an attempt, or another decision about an instance, ended. */
export const ATTEMPT_STATUSES = [
  'completed',
  'failed',
  'retrying',
  'sleeping',
  'waiting',
  'branched',
  'yielded',
  'aborted',
  'compensated',
] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/** What kind of decision a journal row records. */
export type JournalKind = 'created' | 'step' | 'delivery' | 'control' | 'rest' | 'mark';

/** What the world is told, at least once and in order per instance, after the commit. */
export const TELLINGS = [
  'created',
  'started',
  'completed',
  'failed',
  'cancelled',
  'paused',
  'resumed',
  'waiting',
  'step.completed',
  'step.failed',
  'dead-lettered',
] as const;
export type Telling = (typeof TELLINGS)[number];

/** One attempt of one step, as a person reads it. Lengths of text are bounded by the writer. */
export interface AttemptFacts {
  readonly pointerId: string;
  readonly stepId: number;
  readonly stepName: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly status: AttemptStatus;
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Encoded; null when the step has no inputs. */
  readonly input: string | null;
  /** Encoded outcome value; null when there is none. */
  readonly outcome: string | null;
  readonly errorCategory: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** Given by stores with a payload codec when they could not decode input and outcome: both are null then. */
  readonly unreadable?: true;
}

/** Whose wish a journal row has granted. A passed deadline is a wish of the system: `cancel`, reason `DEADLINE`. */
export interface ControlFacts {
  readonly action: ControlAction;
  readonly caller: Pick<Caller, 'subject' | 'kind'>;
  readonly reason: string | null;
  /** Store time at which it was asked for; of a deadline the moment it was set to. */
  readonly askedAt: number;
}

/**
 * One row of the journal: what one commit changed. It is the history, the state since the snapshot and the
 * outbox record at once. Key: (instanceId, revision).
 */
export interface JournalEntry {
  readonly kind: JournalKind;
  readonly attempt: AttemptFacts | null;
  /**
   * Set where the commit honours a mark, or the deadline; null elsewhere. A row holds one. A pause whose rest is
   * refused is not granted yet: the store keeps null for it.
   */
  readonly control: ControlFacts | null;
  /** Encoded change; folded over the snapshot it gives the state. Empty: the state stays as it is. */
  readonly change: string;
  readonly tell: readonly Telling[];
}

export interface JournalRow extends JournalEntry {
  readonly instanceId: string;
  readonly revision: number;
  readonly tenantId: string | null;
  readonly workflowId: string;
  readonly node: string | null;
  /** Store time of the commit. */
  readonly at: number;
  /** Given by stores with a payload codec when they could not decode `change`: it is empty then. */
  readonly unreadable?: true;
}

/** A journal row that has something to tell, with its place in the order of publication. */
export interface Publication extends JournalRow {
  readonly position: number;
  /** Of its instance. */
  readonly correlationId: string | null;
}

/** How far the order of publication has come. */
export interface Positions {
  /** Of the newest commit; whatever is committed later has a greater one. 0: there was none. */
  readonly last: number;
  /** Of the newest commit that was deleted: who goes on from before it misses something. 0: none was. */
  readonly deleted: number;
}
