import { Inject, Injectable } from '@nestjs/common';
import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import { Mailer } from '../mailer.js';
import type { Purchase } from '../purchase.js';

/** A step that sends one mail, by the mailer of its container. */
abstract class MailStep extends StepBody {
  purchase!: Purchase;

  constructor(@Inject(Mailer) private readonly mailer: Mailer) {
    super();
  }

  override async run(context: StepContext): Promise<ExecutionResult> {
    const mail = this.mail(this.purchase);
    await this.mailer.send({ ...mail, key: context.idempotencyKey });
    context.logger.info('mail.sent', mail);
    return ExecutionResult.next();
  }

  protected abstract mail(purchase: Purchase): { readonly to: string; readonly subject: string };
}

@Injectable()
export class AskApprover extends MailStep {
  askedAt!: Date;

  override run(context: StepContext): Promise<ExecutionResult> {
    this.askedAt = new Date();
    return super.run(context);
  }

  protected mail({ approver, requester, amount }: Purchase) {
    return { to: approver, subject: `${requester} asks for ${amount}` };
  }
}

@Injectable()
export class Remind extends MailStep {
  protected mail({ approver, requestId, days }: Purchase) {
    return { to: approver, subject: `${requestId} still waits for you, day ${days}` };
  }
}

@Injectable()
export class Escalate extends MailStep {
  protected mail({ manager, approver, requestId }: Purchase) {
    return { to: manager, subject: `${approver} does not answer to ${requestId}` };
  }
}

@Injectable()
export class TellRequester extends MailStep {
  protected mail({ requester, requestId, outcome }: Purchase) {
    return { to: requester, subject: `${requestId} is ${outcome}` };
  }
}
