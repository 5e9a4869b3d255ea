import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

const BRANCHES = 10;

describe('parallel branches', () => {
  it('really run at the same time: none of ten has ended before all ten have begun', async () => {
    const trace = new Trace();
    const body = trace.step('Branch', async () => {
      trace.marks.push('begun');
      await new Promise((resolve) => setTimeout(resolve, 200));
      trace.marks.push('ended');
    });
    const source = workflow('ten', (b) => {
      const container = b.startWith(trace.step('A')).parallel();
      for (let i = 0; i < BRANCHES; i += 1) container.do((then) => then.startWith(body));
      container.join().then(trace.step('B'));
    });
    const lab = await Lab.open([source]);
    await lab.run('ten');
    const order = trace.marks.filter((mark) => mark === 'begun' || mark === 'ended');
    expect(order).toEqual([
      ...Array.from({ length: BRANCHES }, () => 'begun'),
      ...Array.from({ length: BRANCHES }, () => 'ended'),
    ]);
    expect(trace.marks.at(-1)).toBe('B');
  });

  it('each commit on their own: what one has done is kept while another runs', async () => {
    const gate = new Gate();
    const source = workflow<{ fast?: boolean }>('two', (b) =>
      b
        .startWith(new Trace().step('A'))
        .parallel()
        .do((then) => then.startWith(new Trace().step('Slow', () => gate.opened)))
        .do((then) =>
          then.startWith(new Trace().step('Fast')).output((_step, data) => {
            data.fast = true;
          }),
        )
        .join(),
    );
    const lab = await Lab.open([source]);
    const id = await lab.start('two');
    await lab.eventually(async () => expect((await lab.ops.get(id))?.data).toEqual({ fast: true }));
    expect((await lab.ops.get(id))?.record.status).toBe('running');
    gate.open();
    await lab.end(id);
  });

  it('start no more steps at once than maxPerInstance', async () => {
    let here = 0;
    let most = 0;
    const body = new Trace().step('Body', async () => {
      most = Math.max(most, (here += 1));
      await new Promise((resolve) => setImmediate(resolve));
      here -= 1;
    });
    const source = workflow('many', (b) =>
      b
        .startWith(new Trace().step('A'))
        .foreach(() => Array.from({ length: 20 }, (_, i) => i))
        .do((then) => then.startWith(body)),
    );
    const lab = await Lab.open([source], { host: { maxPerInstance: 3 } });
    expect((await lab.run('many')).status).toBe('completed');
    expect(most).toBe(3);
  });
});
