import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

interface Data {
  got: unknown[];
}
const keep = (step: { eventData: unknown }, data: Data) => void data.got.push(step.eventData);

function twoWaits(body = new Trace().step('A')) {
  return workflow<Data>('two', (b) =>
    b
      .startWith(body)
      .waitFor('x', () => 'k')
      .name('first')
      .output(keep)
      .waitFor('y', () => 'k')
      .name('second')
      .output(keep),
  );
}

describe('signals', () => {
  it('wake the wait the instance stands in', async () => {
    const lab = await Lab.open([twoWaits()]);
    const id = await lab.start('two', { got: [] });
    await lab.rests(id);
    await lab.ops.signal(id, 1);
    await lab.eventually(async () => expect(await lab.why(id)).toMatchObject([{ eventName: 'y' }]));
    await lab.rests(id);
    await lab.ops.signal(id, 2);
    expect((await lab.end(id)).data).toEqual({ got: [1, 2] });
  });

  it('that come before there is a wait are kept for the next', async () => {
    const gate = new Gate();
    const lab = await Lab.open([twoWaits(new Trace().step('Held', () => gate.opened))]);
    const id = await lab.start('two', { got: [] });
    await lab.ops.signal(id, 'early');
    gate.open();
    await lab.rests(id);
    expect((await lab.ops.get(id))?.data).toEqual({ got: ['early'] });
    await lab.ops.signal(id, 'late');
    expect((await lab.end(id)).data).toEqual({ got: ['early', 'late'] });
  });

  it('for a named step are kept until that step waits', async () => {
    const lab = await Lab.open([twoWaits()]);
    const id = await lab.start('two', { got: [] });
    await lab.rests(id);
    await lab.ops.signal(id, 'for the second', 'second');
    await lab.rests(id);
    expect((await lab.ops.get(id))?.data).toEqual({ got: [] });
    await lab.ops.publish({ name: 'x', key: 'k', data: 'for the first' });
    expect((await lab.end(id)).data).toEqual({ got: ['for the first', 'for the second'] });
  });

  it('to an instance that has ended are refused', async () => {
    const lab = await Lab.open([workflow('one', (b) => b.startWith(new Trace().step('A')))]);
    const { id } = await lab.run('one');
    await expect(lab.ops.signal(id, 1)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });
});
