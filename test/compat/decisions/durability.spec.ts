import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { eventually, Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

const NODE = { nodeId: 'n' };

async function openStore(): Promise<MemoryStore> {
  const store = new MemoryStore({ clock: new SystemClock() });
  await store.open();
  return store;
}

describe('decision 11: an instance whose workflow no node has registered', () => {
  it('waits as unregistered, neither failed nor paused, and goes on when a node that knows it starts', async () => {
    const store = await openStore();
    const trace = new Trace();
    const source = workflow('known', (b) =>
      b
        .startWith(trace.step('A'))
        .waitFor('e', () => 'k')
        .then(trace.step('B')),
    );
    const first = await Lab.open([source], { store });
    const id = await first.start('known');
    await first.rests(id);
    await first.stop();

    const ignorant = await Lab.open([workflow('other', (b) => b.startWith(trace.step('other')))], { store });
    expect(await ignorant.why(id)).toMatchObject([{ waitingFor: 'unregistered' }]);
    await ignorant.ops.publish({ name: 'e', key: 'k' });
    expect((await ignorant.rests(id)).record.status).toBe('waiting');
    expect(await ignorant.why(id)).toMatchObject([{ waitingFor: 'unregistered' }]);
    await ignorant.stop();

    const knowing = await Lab.open([source], { store });
    expect((await knowing.end(id)).record.status).toBe('completed');
    expect(trace.marks).toEqual(['A', 'B']);
  });
});

interface Counts {
  x: number;
  y?: boolean;
}

describe('decision 12: output mappers', () => {
  it('run inside the commit, once, however often the process dies during the step', async () => {
    const store = await openStore();
    let runs = 0;
    const step = new Trace().step('Step', () => {
      runs += 1;
      if (runs <= 2) return new Promise(() => undefined);
      return undefined;
    });
    const source = workflow<Counts>('outputs', (b) =>
      b.startWith(step).output((_step, data) => {
        data.x += 1;
      }),
    );
    let lab = await Lab.open([source], { store, host: NODE });
    const id = await lab.start('outputs', { x: 0 });
    for (const deaths of [1, 2]) {
      await eventually(() => expect(runs).toBe(deaths));
      lab.kill();
      lab = await Lab.open([source], { store, host: NODE });
    }
    expect((await lab.end(id)).data).toEqual({ x: 1 });
    expect(runs).toBe(3);
  });

  it('are the exact way: a change in place may be written by a sibling, and happens again after a crash', async () => {
    const store = await openStore();
    const first = new Gate();
    let runs = 0;
    const inPlace = new Trace().step('InPlace', ({ workflow: { data } }) => {
      (data.x as number)++;
      runs += 1;
      if (runs > 1) return undefined;
      first.open();
      return new Promise(() => undefined);
    });
    const sibling = new Trace().step('Sibling', () => first.opened);
    const source = workflow<Counts>('in-place', (b) =>
      b
        .startWith(new Trace().step('A'))
        .parallel()
        .do((then) => then.startWith(inPlace))
        .do((then) =>
          then.startWith(sibling).output((_step, data) => {
            data.y = true;
          }),
        )
        .join(),
    );
    const doomed = await Lab.open([source], { store, host: NODE });
    const id = await doomed.start('in-place', { x: 0 });
    await eventually(async () => expect((await doomed.ops.get(id))?.data).toEqual({ x: 1, y: true }));
    doomed.kill();
    const lab = await Lab.open([source], { store, host: NODE });
    expect((await lab.end(id)).data).toEqual({ x: 2, y: true });
  });
});
