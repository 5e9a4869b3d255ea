import { ExecutionResult, StepBody, type StepContext, type WorkflowBuilder } from '@workflow-runner/runner';
import { WorkflowTestKit, type TestKitOptions } from '@workflow-runner/testing';
import { onTestFinished } from 'vitest';

export interface Trip {
  days: number;
  log?: string[];
  receipt?: string;
  answer?: unknown;
}

/** What the steps have done to the world outside, whatever became of the process they ran in. */
export const effects: string[] = [];

export class Pack extends StepBody {
  override run(): Promise<ExecutionResult> {
    effects.push('pack');
    return ExecutionResult.next();
  }
}

export class Pay extends StepBody {
  days = 0;
  receipt = '';

  override run(context: StepContext): Promise<ExecutionResult> {
    effects.push(`pay ${context.idempotencyKey}`);
    this.receipt = `paid for ${this.days} days`;
    return ExecutionResult.next();
  }
}

export class Arrive extends StepBody {
  override run(context: StepContext): Promise<ExecutionResult> {
    effects.push('arrive');
    context.logger.info('trip.arrived');
    return ExecutionResult.next();
  }
}

/** Packs, pays, travels for some days, arrives. */
export class TripWorkflow {
  readonly id = 'trip';
  readonly version = 1;

  build(builder: WorkflowBuilder<Trip>): void {
    builder
      .startWith(Pack)
      .then(Pay)
      .input((step, data) => (step.days = data.days))
      .output((step, data) => (data.receipt = step.receipt))
      .delay((data) => data.days * 86_400_000)
      .name('Travel')
      .then(Arrive)
      .output((_step, data) => (data.log = [`arrived ${new Date().toISOString()}`]));
  }
}

/** Waits for the event `go` of key `k`. */
export class WaitWorkflow {
  readonly id = 'wait';
  readonly version = 1;

  build(builder: WorkflowBuilder<Trip>): void {
    builder
      .startWith(Pack)
      .waitFor('go', () => 'k')
      .name('Wait')
      .output((step, data) => {
        data.answer = step.eventData;
      });
  }
}

/** A kit that is closed at the end of the test. */
export async function makeKit(options: TestKitOptions = {}): Promise<WorkflowTestKit> {
  effects.length = 0;
  const kit = await WorkflowTestKit.create({ workflows: [TripWorkflow, WaitWorkflow], ...options });
  onTestFinished(() => kit.close());
  return kit;
}
