import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import type { Decision } from '../purchase.js';

/** Stands for a call to the books: the amount is set aside while somebody thinks about it. */
export class ReserveBudget extends StepBody {
  budget = '';

  override run(context: StepContext): Promise<ExecutionResult> {
    this.budget = `budget:${context.idempotencyKey}`;
    return ExecutionResult.next();
  }
}

export class ReleaseBudget extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

/** Fails unless it was approved, and so ends the saga: what it has reserved is released. */
export class RequireApproval extends StepBody {
  decision: Decision | undefined;

  override run(): Promise<ExecutionResult> {
    if (!this.decision) throw new Error('Nobody has decided in time');
    if (!this.decision.approved) throw new Error(`${this.decision.by} has declined`);
    return ExecutionResult.next();
  }
}

/** Stands for the order at the supplier. */
export class OrderGoods extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
