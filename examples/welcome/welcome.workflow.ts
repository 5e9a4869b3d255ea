import { ExecutionResult, StepBody, type StepContext, type WorkflowBuilder } from '@workflow-runner/runner';

export interface Welcome {
  readonly greeting: string;
  greetedAt?: string;
}

class Greet extends StepBody {
  greeting = '';

  run(context: StepContext): Promise<ExecutionResult> {
    context.logger.info('welcome.greeted', { greeting: this.greeting });
    return ExecutionResult.next();
  }
}

/** Started by the server itself at each of its starts. */
export class WelcomeWorkflow {
  build(builder: WorkflowBuilder<Welcome>): void {
    builder
      .startWith(Greet)
      .input((step, data) => (step.greeting = data.greeting))
      .output((_step, data) => (data.greetedAt = new Date().toISOString()));
  }
}
