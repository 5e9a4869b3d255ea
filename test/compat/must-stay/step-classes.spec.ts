import {
  ExecutionPipelineDirective,
  ExecutionResult,
  StepBody,
  StepOutcome,
  WorkflowStep,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/engine';
import { EventSubscription } from '@workflow-runner/engine/compat';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

/** Puts a step of an own class behind another one, the way authors of workflow-es do. */
function append(
  builder: WorkflowBuilder<object>,
  from: { outcomes: StepOutcome[] },
  step: WorkflowStep<StepBody>,
) {
  builder.addStep(step);
  const edge = new StepOutcome();
  edge.value = () => null;
  edge.nextStep = step.id;
  from.outcomes.push(edge);
}

function around(trace: Trace, step: WorkflowStep<StepBody>) {
  return workflow<object>('own-class', (b) => {
    const first = b.startWith(trace.step('A'));
    append(b, first.step, step);
    const end = new WorkflowStep<StepBody>();
    end.body = trace.step('Last');
    append(b, step, end);
  });
}

type Hooks = WorkflowStep<StepBody>;

describe('must stay 18: step classes of their own', () => {
  it('have initForExecution and beforeExecute called before the body, afterWorkflowIteration while they are open', async () => {
    const trace = new Trace();
    const calls: string[] = trace.marks;
    let turns = 0;
    class Own extends WorkflowStep<StepBody> {
      override body = trace.step('Own', () =>
        turns++ === 0 ? ExecutionResult.persist('x') : ExecutionResult.next(),
      );
      override initForExecution(...args: Parameters<Hooks['initForExecution']>): number {
        calls.push(`init ${args[2].workflowDefinitionId}`);
        return ExecutionPipelineDirective.Next;
      }
      override beforeExecute(...args: Parameters<Hooks['beforeExecute']>): number {
        calls.push(`before ${args[3].constructor.name} ${String(args[1].persistenceData)}`);
        return ExecutionPipelineDirective.Next;
      }
      override afterWorkflowIteration(...args: Parameters<Hooks['afterWorkflowIteration']>): void {
        calls.push(`after ${String(args[3].persistenceData)}`);
      }
    }
    const lab = await Lab.open([around(trace, new Own())]);
    await lab.run('own-class');
    expect(calls).toEqual([
      'A',
      'after null',
      'init own-class',
      'before Own null',
      'Own',
      'after x',
      'init own-class',
      'before Own x',
      'Own',
      'Last',
    ]);
  });

  it('may defer themselves until an event comes', async () => {
    const trace = new Trace();
    class Approved extends StepBody {
      override run(context: StepContext): Promise<ExecutionResult> {
        trace.marks.push(`approved by ${String(context.pointer.eventData)}`);
        return ExecutionResult.next();
      }
    }
    class Deferred extends WorkflowStep<StepBody> {
      override body = Approved;
      override initForExecution(
        ...[result, , instance, pointer]: Parameters<Hooks['initForExecution']>
      ): number {
        if (pointer.eventPublished) return ExecutionPipelineDirective.Next;
        const subscription = new EventSubscription();
        Object.assign(subscription, {
          workflowId: instance.id,
          stepId: pointer.stepId,
          eventName: 'approved',
          eventKey: 'k',
          subscribeAsOf: new Date(0),
        });
        result.subscriptions.push(subscription);
        return ExecutionPipelineDirective.Defer;
      }
    }
    const lab = await Lab.open([around(trace, new Deferred())]);
    const id = await lab.start('own-class');
    await lab.rests(id);
    expect(trace.marks).toEqual(['A']);
    await lab.ops.publish({ name: 'approved', key: 'k', data: 'Ann' });
    await lab.end(id);
    expect(trace.marks).toEqual(['A', 'approved by Ann', 'Last']);
  });

  it('may end the whole workflow', async () => {
    const trace = new Trace();
    class Ending extends WorkflowStep<StepBody> {
      override body = trace.step('Never');
      override beforeExecute(): number {
        return ExecutionPipelineDirective.EndWorkflow;
      }
    }
    const lab = await Lab.open([around(trace, new Ending())]);
    expect((await lab.run('own-class')).status).toBe('completed');
    expect(trace.marks).toEqual(['A']);
  });
});
