import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

const charged: number[] = [];
class Charge extends StepBody {
  amount = 0;
  override run(_context: StepContext): Promise<ExecutionResult> {
    charged.push(this.amount);
    return ExecutionResult.next();
  }
}

describe('fixed 10: items and outcomes', () => {
  it('each item of a foreach is charged its own amount', async () => {
    charged.length = 0;
    const each = workflow('each', (b) =>
      b
        .startWith(new Trace().step('A'))
        .foreach(() => [10, 20, 30])
        .do((then) =>
          then
            .startWith(new Trace().step('Look', ({ local, item }) => void (local.amount = item)))
            .then(Charge)
            .input((step, _data, { local }) => {
              step.amount = local.amount as number;
            }),
        ),
    );
    const lab = await Lab.open([each]);
    await lab.run('each');
    expect(charged).toEqual([10, 20, 30]);
  });

  it('context.item is there in an if and a while inside a foreach', async () => {
    const trace = new Trace();
    const each = workflow<{ turns: Record<string, number> }>('deep', (b) =>
      b
        .startWith(trace.step('A'))
        .foreach(() => ['a', 'b'])
        .do((then) =>
          then
            .startWith(trace.step('X'))
            .if((_data, { item }) => item === 'a')
            .do((inner) => inner.startWith(trace.step('If')))
            .while((data, { item }) => (data.turns[item as string] ?? 0) < 1)
            .do((inner) =>
              inner.startWith(trace.step('While')).output((_step, data, { item }) => {
                data.turns[item as string] = 1;
              }),
            ),
        ),
    );
    const lab = await Lab.open([each]);
    await lab.run('deep', { turns: {} });
    expect(trace.marks.toSorted()).toEqual(['A', 'If(a)', 'While(a)', 'While(b)', 'X(a)', 'X(b)']);
  });

  it.each([
    [0, 'zero'],
    ['', 'empty'],
    [false, 'false'],
    ['0', 'text'],
  ])('the outcome %j matches its own edge only', async (outcome, mark) => {
    const trace = new Trace();
    const forks = workflow('forks', (b) => {
      const step = b.startWith(trace.step('A', () => ExecutionResult.outcome(outcome)));
      step.when(() => 0).then(trace.step('zero'));
      step.when(() => '').then(trace.step('empty'));
      step.when(() => false).then(trace.step('false'));
      step.when(() => '0').then(trace.step('text'));
    });
    const lab = await Lab.open([forks]);
    await lab.run('forks');
    expect(trace.marks).toEqual(['A', mark]);
  });
});

describe('fixed 14: what a step writes', () => {
  it('does not grow with the steps before it', async () => {
    const long = workflow('long', (b) => {
      let step = b.startWith(new Trace().step('S'));
      for (let i = 1; i < 300; i += 1) step = step.then(new Trace().step('S'));
    });
    const lab = await Lab.open([long]);
    const { id } = await lab.run('long', { payload: 'x'.repeat(10_000) });
    const { items } = await lab.ops.history(id, { limit: 500 });
    expect(items).toHaveLength(300);
    for (const { change } of items) expect(change.length).toBeLessThan(300);
  });

  it('does not grow with the turns of a loop, and neither does what is live', async () => {
    const seen: number[] = [];
    const loop = workflow<{ n: number }>('loop', (b) =>
      b
        .startWith(new Trace().step('A'))
        .while((data) => data.n < 1_000)
        .do((then) =>
          then
            .startWith(
              new Trace().step(
                'Turn',
                ({ workflow: instance }) => void seen.push(instance.executionPointers.length),
              ),
            )
            .output((_step, data) => {
              data.n += 1;
            }),
        ),
    );
    const lab = await Lab.open([loop]);
    await lab.run('loop', { n: 0 });
    expect(seen).toHaveLength(1_000);
    expect(Math.max(...seen)).toBe(2);
  });
});
