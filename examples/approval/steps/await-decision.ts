import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import { DECIDED, REMIND_AFTER_MS, type Decision } from '../purchase.js';

const ASKED = 'asked';

/** Waits for the decision, but not longer than until the next reminder: a wait that also sleeps ends with either. */
export class AwaitDecision extends StepBody {
  requestId = '';
  /** A decision that came while a reminder was being written counts, too. */
  since!: Date;
  /** Undefined: the time was over. */
  decision: Decision | undefined;

  override async run({ pointer, persistenceData }: StepContext): Promise<ExecutionResult> {
    if (pointer.eventPublished) {
      this.decision = pointer.eventData as Decision;
      return ExecutionResult.next();
    }
    if (persistenceData === ASKED) return ExecutionResult.next();
    const wait = await ExecutionResult.waitForEvent(DECIDED, this.requestId, this.since);
    wait.sleep = new Date(Date.now() + REMIND_AFTER_MS);
    wait.persistenceData = ASKED;
    return wait;
  }
}
