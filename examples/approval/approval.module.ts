import { Module } from '@nestjs/common';
import { ApprovalWorkflow } from './approval.workflow.js';
import { Mailer, SampleMailer } from './mailer.js';
import { AskApprover, Escalate, Remind, TellRequester } from './steps/mails.js';

/** For an application with `WorkflowRunnerModule.forRoot(...)` in its root module, as the server of this repository. */
@Module({
  providers: [
    ApprovalWorkflow,
    AskApprover,
    Remind,
    Escalate,
    TellRequester,
    { provide: Mailer, useClass: SampleMailer },
  ],
})
export class ApprovalModule {}
