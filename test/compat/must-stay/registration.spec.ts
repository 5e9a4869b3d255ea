import { ExecutionResult, StepBody, type StepContext, type WorkflowBuilder } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

describe('must stay 1: step ids', () => {
  it('are the order of registration, from the genesis at 0, and the pointers carry them', async () => {
    const seen: [string, number, number][] = [];
    const trace = new Trace();
    const note = (name: string) =>
      trace.step(name, ({ pointer, step }) => void seen.push([name, step.id, pointer.stepId]));
    const ids = workflow('ids', (b) =>
      b
        .startWith(note('A'))
        .if(() => true)
        .do((then) => then.startWith(note('B')))
        .then(note('C')),
    );
    const lab = await Lab.open([ids]);
    await lab.run('ids');
    expect(seen).toEqual([
      ['A', 0, 0],
      ['B', 2, 2],
      ['C', 3, 3],
    ]);
  });

  it('are what a stored pointer names its step by', async () => {
    const waits = workflow('waits', (b) => b.startWith(new Trace().step('A')).waitFor('e', () => 'k'));
    const lab = await Lab.open([waits]);
    const id = await lab.start('waits');
    await lab.rests(id);
    const { snapshot } = (await lab.store.load(id))!;
    expect(snapshot).toContain('"s":1');
  });
});

describe('must stay 2: registerWorkflow', () => {
  it('takes a class that only implements the interface, and builds it once', async () => {
    let builds = 0;
    const A = new Trace().step('A');
    class Plain {
      id = 'plain';
      version = 1;
      build(builder: WorkflowBuilder<object>): void {
        builds += 1;
        builder.startWith(A);
      }
    }
    const lab = await Lab.open([Plain]);
    const first = await lab.run('plain');
    const second = await lab.run('plain');
    expect([first.status, second.status, builds]).toEqual(['completed', 'completed', 1]);
  });
});

describe('must stay 3: step bodies', () => {
  it('are new objects for every execution and need no decorator', async () => {
    const bodies: object[] = [];
    class Counting extends StepBody {
      count = 0;
      override run(context: StepContext): Promise<ExecutionResult> {
        bodies.push(this);
        this.count += 1;
        (context.workflow.data as { counts: number[] }).counts.push(this.count);
        return ExecutionResult.next();
      }
    }
    const loop = workflow<{ counts: number[] }>('loop', (b) =>
      b
        .startWith(new Trace().step('A'))
        .while((data) => data.counts.length < 3)
        .do((then) => then.startWith(Counting)),
    );
    const lab = await Lab.open([loop]);
    const { data } = await lab.run('loop', { counts: [] });
    expect(data).toEqual({ counts: [1, 1, 1] });
    expect(new Set(bodies).size).toBe(3);
  });
});
