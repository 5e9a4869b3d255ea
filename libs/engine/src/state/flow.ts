import { encode, signalBytes, type Failure } from '@workflow-runner/contract';
import type { Undo } from './pointer.js';

/** The instance is on its way to `cancelled`: first what runs settles, then what is open is undone. */
export interface Ending {
  readonly reason: string | null;
  /** Whether open sagas are compensated. */
  readonly compensate: boolean;
  /** What is left to undo, the next one first. */
  undo: Undo[];
  /** What ran when it began is aborted and must settle before anything is undone. */
  settling: boolean;
}

export interface KeptSignal {
  readonly id: string;
  readonly stepName: string;
  readonly data: unknown;
}

/** What an instance as a whole is going through, beside its pointers. */
export interface Flow {
  /** `created` was told by the store at the start; else the first commit tells it. */
  createdTold: boolean;
  ending: Ending | null;
  /** The newest failure for good. */
  failure: Failure | null;
  /** Because of it nothing new starts until somebody retries. */
  halted: boolean;
  /** A step asked for the instance to be suspended. */
  suspended: string | null;
  /** Signals that came before there was a wait for them. */
  signals: KeptSignal[];
  /** Ids of the events received at the newest event time, so that a wait that starts then does not get them again. */
  lastEvents: { at: number; ids: string[] };
}

export function newFlow(): Flow {
  return {
    createdTold: false,
    ending: null,
    failure: null,
    halted: false,
    suspended: null,
    signals: [],
    lastEvents: { at: 0, ids: [] },
  };
}

/** What kept signals count for. */
export function keptSignalBytes(signals: readonly KeptSignal[]): number {
  return signals.reduce((sum, { data }) => sum + signalBytes(encode(data, 'signal')), 0);
}
