import {
  Workflow,
  WorkflowErrorHandling,
  type StepBuilder,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import {
  DAYS_TO_DECIDE,
  MAIL_AGAIN_AFTER_MS,
  REMINDERS_BEFORE_ESCALATION,
  type Purchase,
} from './purchase.js';
import { AwaitDecision } from './steps/await-decision.js';
import { OrderGoods, ReleaseBudget, RequireApproval, ReserveBudget } from './steps/budget.js';
import { AskApprover, Escalate, Remind, TellRequester } from './steps/mails.js';

/** Reserves the budget, asks, reminds every day, asks somebody else, and orders or gives the budget back. */
@Workflow({ nameSpace: 'purchasing', name: 'approval', version: '1.0.0' })
export class ApprovalWorkflow {
  build(builder: WorkflowBuilder<Purchase>): void {
    builder
      .startWith(AskApprover)
      .input((step, purchase) => (step.purchase = purchase))
      .output((step, purchase) => (purchase.askedAt = step.askedAt))
      .saga(orderWhenApproved)
      .name('Purchase')
      .then(TellRequester)
      .input((step, purchase) => (step.purchase = { ...purchase, outcome: outcomeOf(purchase) }))
      .output((_step, purchase) => (purchase.outcome = outcomeOf(purchase)));
  }
}

function orderWhenApproved(saga: WorkflowBuilder<Purchase>): void {
  saga
    .startWith(ReserveBudget)
    .output((step, purchase) => (purchase.budget = step.budget))
    .compensateWith(ReleaseBudget, (undo) => undo.output((_step, purchase) => delete purchase.budget))
    .while((purchase) => !purchase.decision && (purchase.days ?? 0) < DAYS_TO_DECIDE)
    .name('UntilDecided')
    .do(waitADay)
    .then(RequireApproval)
    .input((step, purchase) => (step.decision = purchase.decision))
    .then(OrderGoods)
    .output((_step, purchase) => (purchase.ordered = true));
}

function waitADay(day: WorkflowBuilder<Purchase>): void {
  day
    .startWith(AwaitDecision)
    .input((step, { requestId, askedAt }) => Object.assign(step, { requestId, since: askedAt }))
    .output((step, purchase) => {
      purchase.decision = step.decision;
      if (!step.decision) purchase.days = (purchase.days ?? 0) + 1;
    })
    .if((purchase) => isStillOpen(purchase) && purchase.days! <= REMINDERS_BEFORE_ESCALATION)
    .name('IfToBeReminded')
    .do((late) => mail(late.startWith(Remind)))
    .if((purchase) => isStillOpen(purchase) && purchase.days === REMINDERS_BEFORE_ESCALATION + 1)
    .name('IfToBeEscalated')
    .do((later) => mail(later.startWith(Escalate)));
}

/** A mail that cannot be sent is no reason to undo the purchase. */
function mail(step: StepBuilder<Remind | Escalate, Purchase>): void {
  step
    .input((body, purchase) => (body.purchase = purchase))
    .onError(WorkflowErrorHandling.Retry, MAIL_AGAIN_AFTER_MS);
}

function isStillOpen({ decision, days = 0 }: Purchase): boolean {
  return !decision && days > 0;
}

function outcomeOf({ ordered, decision, days = 0 }: Purchase): Purchase['outcome'] {
  if (ordered) return 'ordered';
  if (!decision && days >= DAYS_TO_DECIDE) return 'expired';
  return decision?.approved === false ? 'declined' : 'failed';
}
