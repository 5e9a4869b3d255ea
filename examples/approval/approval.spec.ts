import { ProcessDiedError, WorkflowTestKit } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalModule } from './approval.module.js';
import { ApprovalWorkflow } from './approval.workflow.js';
import { Mailer, type Mail } from './mailer.js';
import { DECIDED, type Purchase } from './purchase.js';
import { OrderGoods, ReleaseBudget, ReserveBudget } from './steps/budget.js';
import { AskApprover, Escalate, Remind, TellRequester } from './steps/mails.js';

const purchase: Purchase = {
  requestId: 'P-1',
  requester: 'ada',
  approver: 'bob',
  manager: 'cy',
  amount: 900,
};

// #region setup
/** A mail service, which outlives the processes and sends each mail once. */
class Outbox extends Mailer {
  private readonly mails = new Map<string, Mail>();

  override async send(mail: Mail): Promise<void> {
    this.mails.set(mail.key, mail);
  }

  get lines(): string[] {
    return [...this.mails.values()].map(({ to, subject }) => `${to}: ${subject}`);
  }
}

let outbox: Outbox;
let kit: WorkflowTestKit;

beforeEach(async () => {
  outbox = new Outbox();
  kit = await WorkflowTestKit.create({
    imports: [ApprovalModule],
    override: (builder) => builder.overrideProvider(Mailer).useValue(outbox),
  });
});
afterEach(() => kit.close());
// #endregion

describe('a purchase', () => {
  it('is ordered when it is approved', async () => {
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.advance('5h');
    await kit.publish(DECIDED, 'P-1', { approved: true, by: 'bob' });
    const { data } = await kit.completed<Purchase>(id);
    expect(data).toMatchObject({ outcome: 'ordered', decision: { by: 'bob' }, budget: expect.any(String) });
    expect(outbox.lines).toEqual(['bob: ada asks for 900', 'ada: P-1 is ordered']);
    expect(kit.logs.of('mail.sent').map(({ fields }) => fields['to'])).toEqual(['bob', 'ada']);
    const history = await kit.history(id);
    expect(history).toHaveRunBefore(ReserveBudget, OrderGoods);
    expect(history).not.toHaveBeenCompensated(ReserveBudget);
  });

  it('is declined, and its budget is released', async () => {
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.advance('1.5d');
    await kit.publish(DECIDED, 'P-1', { approved: false, by: 'bob' });
    const { data } = await kit.completed<Purchase>(id);
    expect(data).toMatchObject({ outcome: 'declined', days: 1 });
    expect(data).not.toHaveProperty('budget');
    const history = await kit.history(id);
    expect(history).toHaveBeenCompensated(ReserveBudget);
    expect(history).not.toHaveRun(OrderGoods);
    expect(history).toHaveRunBefore(ReleaseBudget, TellRequester);
  });

  it('that cannot be ordered gives its budget back', async () => {
    kit.overrideStep(OrderGoods, () => {
      throw new Error('sold out');
    });
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.settled();
    await kit.publish(DECIDED, 'P-1', { approved: true, by: 'bob' });
    const { data } = await kit.completed<Purchase>(id);
    expect(data).toMatchObject({ outcome: 'failed' });
    expect(data).not.toHaveProperty('budget');
  });

  // #region seven-days
  it('that nobody decides about expires after seven days', async () => {
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.advance('7d');

    const { data } = await kit.completed<Purchase>(id);
    expect(data.outcome).toBe('expired');
    expect(outbox.lines).toEqual([
      'bob: ada asks for 900',
      'bob: P-1 still waits for you, day 1',
      'bob: P-1 still waits for you, day 2',
      'bob: P-1 still waits for you, day 3',
      'cy: bob does not answer to P-1',
      'ada: P-1 is expired',
    ]);
    const history = await kit.history(id);
    expect(history).toHaveRunTimes(Remind, 3);
    expect(history).toHaveRunOnce(Escalate);
    expect(history).toHaveBeenCompensated(ReserveBudget);
  });
  // #endregion

  it('waits to the day, whatever happens to its process meanwhile', async () => {
    const id = await kit.start(ApprovalWorkflow, purchase);
    for (let day = 0; day < 6; day += 1) {
      await kit.advance('1d');
      await kit.crash();
    }
    await kit.advance('23h');
    expect(await kit.instance(id)).toMatchObject({ status: 'waiting' });
    await kit.advance('1h');
    expect(await kit.completed(id)).toMatchObject({ completedAt: new Date('2026-01-08T00:00:00Z') });
    expect(outbox.lines).toHaveLength(6);
  });

  // #region crash
  it('is asked about once, although the process dies with the mail sent and nothing stored', async () => {
    kit.crashAt('before-commit', { step: AskApprover });
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.settled();

    const history = await kit.history(id);
    expect(history).toHaveStartedTimes(AskApprover, 2); // at least once: the mailer was called twice …
    expect(history).toHaveRunOnce(AskApprover);
    expect(outbox.lines).toEqual(['bob: ada asks for 900']); // … with the same key
  });
  // #endregion

  it('takes a decision that comes while a reminder is being written', async () => {
    kit.overrideStep(Remind, async (_step, { attempt }) => {
      if (attempt > 1) return;
      await kit.publish(DECIDED, 'P-1', { approved: true, by: 'bob' });
      throw new Error('the mail service is away');
    });
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.advance('1d');
    expect(await kit.why(id)).toMatchObject({ pointers: [{ stepName: 'Remind', waitingFor: 'retry' }] });
    await kit.advance('1m');
    expect(await kit.completed<Purchase>(id)).toMatchObject({ data: { outcome: 'ordered', days: 1 } });
  });

  // #region lost-answer
  it('loses no decision whose answer was lost', async () => {
    const id = await kit.start(ApprovalWorkflow, purchase);
    await kit.settled();
    kit.crashAt('after-event');
    const decide = () => kit.publish(DECIDED, 'P-1', { approved: true, by: 'bob' }, { id: 'click-1' });
    await expect(decide()).rejects.toBeInstanceOf(ProcessDiedError);
    expect(await decide()).toMatchObject({ accepted: false });
    expect(await kit.completed<Purchase>(id)).toMatchObject({ data: { outcome: 'ordered' } });
  });
  // #endregion
});
