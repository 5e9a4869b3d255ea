import type { Undo } from './program.js';

/** Something that must be durable before what comes behind it begins, and how long before. */
export interface Before {
  readonly kind: 'act' | 'saga' | 'undo';
  readonly path: string;
  readonly gapMs: number;
}

export type Fate =
  | 'completes'
  /** Its failure is handled by the saga of its `handler`. */
  | 'fails'
  /** It has a compensation of its own, outside of sagas. */
  | 'undoes-itself';

/** One step that is run at one place. */
export interface Act {
  readonly path: string;
  readonly role: 'do' | 'wait' | 'delay';
  readonly item: string;
  /** False: a branch beside it fails and may cut it off, or it may not even begin. */
  must: boolean;
  readonly fate: Fate;
  readonly handler: string | null;
  readonly after: readonly Before[];
  /** How many steps its branch had completed before. */
  readonly local: number;
  /** Attempts that throw before the one that does not. */
  readonly retries: number;
  readonly undo: Undo | null;
  /** Sagas around it that compensate, outermost first. */
  readonly sagas: readonly string[];
}

/** One round of a saga that can compensate. */
export interface SagaRound {
  readonly path: string;
  readonly item: string;
  readonly local: number;
  must: boolean;
  outcome: 'completes' | 'compensates';
  readonly undo: Undo | null;
  readonly sagas: readonly string[];
  /** What must complete before it is done. */
  needs: readonly string[];
  /** What completes last in it completes it. */
  readonly endsSharply: boolean;
}

export interface Prediction {
  readonly acts: ReadonlyMap<string, Act>;
  readonly sagas: ReadonlyMap<string, SagaRound>;
}
