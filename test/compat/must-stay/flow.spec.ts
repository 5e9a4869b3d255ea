import { ExecutionResult } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

describe('must stay 7: outcome edges', () => {
  it('with the value null always match, and several that match fork', async () => {
    const trace = new Trace();
    const fork = workflow('fork', (b) => {
      const first = b.startWith(trace.step('A', () => ExecutionResult.outcome('x')));
      first.when(() => 'x').then(trace.step('X'));
      first.when(() => 'y').then(trace.step('Y'));
      first.when(() => null).then(trace.step('Always'));
      first.then(trace.step('Then'));
    });
    const lab = await Lab.open([fork]);
    const { status } = await lab.run('fork');
    expect(status).toBe('completed');
    expect(trace.marks).toEqual(['A', 'X', 'Always', 'Then']);
  });
});

describe('must stay 8: branches', () => {
  it('are made for each value, then for each child, in that order', async () => {
    const trace = new Trace();
    const each = workflow('order', (b) =>
      b
        .startWith(trace.step('A'))
        .foreach(() => [1, 2])
        .do((then) => then.startWith(trace.step('X')))
        .do((then) => then.startWith(trace.step('Y'))),
    );
    const lab = await Lab.open([each], { host: { maxPerInstance: 1 } });
    await lab.run('order');
    expect(trace.marks).toEqual(['A', 'X(1)', 'Y(1)', 'X(2)', 'Y(2)']);
  });

  it('hand their item down the chain, scope runs from the root to the leaf, and the predecessor is known', async () => {
    const pointers: Record<
      string,
      { id: string; scope: string[]; predecessorId: string; contextItem: unknown }
    > = {};
    const note = (name: string) =>
      new Trace().step(name, ({ pointer }) => {
        const { id, predecessorId, contextItem } = pointer;
        pointers[name] = { id, predecessorId, contextItem, scope: [...pointer.scope] };
      });
    const nested = workflow('nested', (b) =>
      b
        .startWith(note('Root'))
        .foreach(() => ['item'])
        .do((then) =>
          then
            .startWith(note('First'))
            .if(() => true)
            .do((inner) => inner.startWith(note('Inner')).then(note('Leaf'))),
        ),
    );
    const lab = await Lab.open([nested]);
    await lab.run('nested');
    const { Root, First, Inner, Leaf } = pointers;
    expect(Root!.scope).toEqual([]);
    expect(First!.scope).toHaveLength(1);
    expect(Leaf!.scope).toEqual([First!.scope[0], Inner!.predecessorId]);
    expect(Leaf!.predecessorId).toBe(Inner!.id);
    expect([First, Inner, Leaf].map((pointer) => pointer!.contextItem)).toEqual(['item', 'item', 'item']);
  });
});

describe('must stay 9: containers', () => {
  it('foreach starts all items at once', async () => {
    let here = 0;
    let most = 0;
    const meet = new Trace().step('Meet', async () => {
      most = Math.max(most, (here += 1));
      await new Promise((resolve) => setImmediate(resolve));
      here -= 1;
    });
    const all = workflow('all', (b) =>
      b
        .startWith(new Trace().step('A'))
        .foreach(() => [1, 2, 3, 4])
        .do((then) => then.startWith(meet)),
    );
    const lab = await Lab.open([all]);
    await lab.run('all');
    expect(most).toBe(4);
  });

  it('foreach over an empty collection proceeds', async () => {
    const trace = new Trace();
    const none = workflow('none', (b) =>
      b
        .startWith(trace.step('A'))
        .foreach(() => [])
        .do((then) => then.startWith(trace.step('Never')))
        .then(trace.step('B')),
    );
    const lab = await Lab.open([none]);
    expect((await lab.run('none')).status).toBe('completed');
    expect(trace.marks).toEqual(['A', 'B']);
  });

  it('while asks its condition again after each turn, when the turn is over', async () => {
    const trace = new Trace();
    const counted = workflow<{ n: number }>('counted', (b) =>
      b
        .startWith(trace.step('A'))
        .while((data) => {
          trace.marks.push(`?${data.n}`);
          return data.n < 2;
        })
        .do((then) =>
          then
            .startWith(trace.step('X'))
            .then(trace.step('Y'))
            .output((_step, data) => {
              data.n += 1;
            }),
        )
        .then(trace.step('B')),
    );
    const lab = await Lab.open([counted]);
    await lab.run('counted', { n: 0 });
    expect(trace.marks).toEqual(['A', '?0', 'X', 'Y', '?1', 'X', 'Y', '?2', 'B']);
  });

  it('schedule().do() runs beside the main line, and the instance stays open until it is done', async () => {
    const trace = new Trace();
    const beside = workflow('beside', (b) =>
      b
        .startWith(trace.step('A'))
        .schedule(() => 30)
        .do((then) => then.startWith(trace.step('Later')))
        .then(trace.step('B')),
    );
    const lab = await Lab.open([beside]);
    const id = await lab.start('beside');
    await lab.rests(id, 'waiting');
    expect(trace.marks).toEqual(['A', 'B']);
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(trace.marks).toEqual(['A', 'B', 'Later']);
  });

  it('join() returns the container: what follows it runs when all branches are done', async () => {
    const trace = new Trace();
    const joined = workflow('joined', (b) =>
      b
        .startWith(trace.step('A'))
        .parallel()
        .do((then) =>
          then
            .startWith(trace.step('X'))
            .delay(() => 10)
            .then(trace.step('X2')),
        )
        .do((then) => then.startWith(trace.step('Y')))
        .join()
        .then(trace.step('B')),
    );
    const lab = await Lab.open([joined]);
    await lab.run('joined');
    expect(trace.marks).toEqual(['A', 'X', 'Y', 'X2', 'B']);
  });
});
