import { SYSTEM_CALLER, type ControlFacts, type ControlMark } from '@workflow-runner/contract';

export const DEADLINE = 'DEADLINE';

/** Who wished it and why, for the journal. What a retry brings along stays out. */
export function factsOfMark({ action, caller, reason, at }: ControlMark): ControlFacts {
  const { subject, kind } = caller;
  return { action, caller: { subject, kind }, reason, askedAt: at };
}

/** The deadline has passed. @param deadlineAt epoch ms */
export function factsOfDeadline(deadlineAt: number): ControlFacts {
  const { subject, kind } = SYSTEM_CALLER;
  return { action: 'cancel', caller: { subject, kind }, reason: DEADLINE, askedAt: deadlineAt };
}
