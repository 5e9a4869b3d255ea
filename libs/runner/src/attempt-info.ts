import { decode, type AttemptFacts, type AttemptStatus, type JournalRow } from '@workflow-runner/contract';

/** One attempt of one step, as the history shows it. */
export interface AttemptInfo {
  readonly pointerId: string;
  readonly stepId: number;
  readonly stepName: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly status: AttemptStatus;
  /** When the step was due. */
  readonly queuedAt: Date;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Fields of the step body after its input mappers ran; null when it has none. */
  readonly input: unknown;
  /** The outcome value; null when there is none. */
  readonly outcome: unknown;
  readonly error: {
    readonly message: string;
    readonly code: string | null;
    readonly category: string | null;
  } | null;
  /** Input and outcome cannot be decoded, for want of a key, and are null. Absent otherwise. */
  readonly unreadable?: true;
  /** Name of the node that ran it. */
  readonly node: string | null;
}

/** @returns null for a decision that is no attempt of a step */
export function toAttemptInfo({ attempt, node }: JournalRow): AttemptInfo | null {
  if (!attempt) return null;
  return {
    pointerId: attempt.pointerId,
    stepId: attempt.stepId,
    stepName: attempt.stepName,
    attempt: attempt.attempt,
    status: attempt.status,
    queuedAt: new Date(attempt.queuedAt),
    startedAt: new Date(attempt.startedAt),
    endedAt: new Date(attempt.endedAt),
    input: decoded(attempt.input),
    outcome: decoded(attempt.outcome),
    error: errorOf(attempt),
    ...(attempt.unreadable && { unreadable: true as const }),
    node,
  };
}

function errorOf({ errorMessage: message, errorCode: code, errorCategory: category }: AttemptFacts) {
  return message === null ? null : { message, code, category };
}

function decoded(text: string | null): unknown {
  return text === null ? null : decode(text);
}
