import { ExecutionResult, StepBody, SystemClock, type StepContext } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

describe('decision 7: context.item', () => {
  it('is visible in everything inside a foreach: if, while, parallel, saga and compensations', async () => {
    const trace = new Trace();
    const each = workflow<{ turned: boolean }>('each', (b) =>
      b
        .startWith(trace.step('A'))
        .foreach(() => ['i'])
        .do((then) =>
          then
            .startWith(trace.step('First'))
            .if(() => true)
            .do((inner) => inner.startWith(trace.step('If')))
            .while((data) => !data.turned)
            .do((inner) =>
              inner.startWith(trace.step('While')).output((_step, data) => {
                data.turned = true;
              }),
            )
            .parallel()
            .do((inner) => inner.startWith(trace.step('Parallel')))
            .join()
            .saga((inner) =>
              inner
                .startWith(trace.step('Saga'))
                .compensateWith(trace.step('undoSaga'))
                .then(trace.failing('F'))
                .compensateWith(trace.step('undoF')),
            ),
        ),
    );
    const lab = await Lab.open([each]);
    await lab.run('each', { turned: false });
    const inside = ['First', 'If', 'While', 'Parallel', 'Saga', 'F', 'undoF', 'undoSaga'];
    expect(trace.marks).toEqual(['A', ...inside.map((name) => `${name}(i)`)]);
  });
});

class Read extends StepBody {
  value: unknown;
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

describe('decision 8: what branches share', () => {
  it('a slot of the data belongs to whoever wrote last', async () => {
    const read: unknown[] = [];
    const each = workflow<{ slot?: unknown }>('shared', (b) =>
      b
        .startWith(new Trace().step('A'))
        .foreach(() => [1, 2, 3])
        .do((then) =>
          then
            .startWith(Read)
            .output((_step, data, { item }) => {
              data.slot = item;
            })
            .then(Read)
            .input((_step, data) => void read.push(data.slot)),
        ),
    );
    const lab = await Lab.open([each]);
    const { data } = await lab.run<{ slot: number }>('shared');
    expect(data.slot).toBe(3);
    expect(read).toEqual([3, 3, 3]);
  });

  it('mappers see the item, so that items can be kept apart', async () => {
    const each = workflow<{ by: Record<string, unknown> }>('apart', (b) =>
      b
        .startWith(new Trace().step('A'))
        .foreach(() => ['a', 'b'])
        .do((then) =>
          then
            .startWith(Read)
            .input((step, _data, { item }) => {
              step.value = `${String(item)}!`;
            })
            .output((step, data, { item }) => {
              data.by[item as string] = step.value;
            }),
        ),
    );
    const lab = await Lab.open([each]);
    expect((await lab.run('apart', { by: {} })).data).toEqual({ by: { a: 'a!', b: 'b!' } });
  });

  it('context.local is one object per item and per branch, inherited inwards, and kept over a restart', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    await store.open();
    const seen: Record<string, unknown> = {};
    const look = (name: string) =>
      new Trace().step(name, ({ local, item }: StepContext) => {
        seen[`${name}(${String(item)})`] = { ...local };
      });
    const source = workflow('locals', (b) =>
      b
        .startWith(new Trace().step('A', ({ local }) => void (local.root = true)))
        .foreach(() => [1, 2])
        .do((then) =>
          then
            .startWith(new Trace().step('Own', ({ local, item }) => void (local.own = item)))
            .waitFor('go', () => 'k')
            .then(look('After'))
            .parallel()
            .do((inner) =>
              inner
                .startWith(new Trace().step('L', ({ local }) => void (local.side = 'left')))
                .then(look('Left')),
            )
            .do((inner) => inner.startWith(look('Right')))
            .join()
            .then(look('Joined')),
        )
        .then(look('End')),
    );
    const first = await Lab.open([source], { store });
    const id = await first.start('locals');
    await first.rests(id);
    await first.stop();
    const second = await Lab.open([source], { store });
    await second.ops.publish({ name: 'go', key: 'k' });
    await second.end(id);
    for (const item of [1, 2]) {
      const own = { root: true, own: item };
      expect(seen[`After(${item})`]).toEqual(own);
      expect(seen[`Left(${item})`]).toEqual({ ...own, side: 'left' });
      expect(seen[`Right(${item})`]).toEqual(own);
      expect(seen[`Joined(${item})`]).toEqual(own);
    }
    expect(seen['End(undefined)']).toEqual({ root: true });
  });
});
