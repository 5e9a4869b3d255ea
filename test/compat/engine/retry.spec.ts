import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { permanent, Trace, workflow } from '../trace.js';

/** Refuses until the data say that the card is valid. */
function payment(trace: Trace) {
  return workflow('payment', (b) =>
    b
      .startWith(trace.step('A', ({ workflow: { data } }) => void (data.seen = true)))
      .then(
        trace.step('Charge', ({ workflow: { data } }) => {
          if (data.card !== 'valid') throw permanent('card refused');
        }),
      )
      .then(trace.step('B')),
  );
}

describe('retry of a failed instance', () => {
  it('gives the failed step a fresh budget of attempts', async () => {
    const attempts: number[] = [];
    const flaky = new Trace().step('Flaky', ({ attempt }) => {
      attempts.push(attempt);
      throw new Error('no');
    });
    const lab = await Lab.open([workflow('flaky', (b) => b.startWith(flaky))]);
    const { id } = await lab.run('flaky');
    await lab.ops.control(id, { action: 'retry' });
    await lab.eventually(() => expect(attempts).toEqual([1, 2, 3, 1, 2, 3]));
    await lab.rests(id, 'failed');
  });

  it('goes on from the failed step, with edited data', async () => {
    const trace = new Trace();
    const lab = await Lab.open([payment(trace)]);
    const { id, status, data } = await lab.run<{ card: string }>('payment', { card: 'expired' });
    expect(status).toBe('failed');
    await lab.ops.control(id, { action: 'retry', data: { ...data, card: 'valid' } });
    const { record, data: after } = await lab.end(id);
    expect(record).toMatchObject({ status: 'completed', failure: null });
    expect(after).toEqual({ card: 'valid', seen: true });
    expect(trace.marks).toEqual(['A', 'Charge', 'Charge', 'B']);
  });

  it('that fails again is failed again, and every attempt stands in the history', async () => {
    const trace = new Trace();
    const lab = await Lab.open([payment(trace)]);
    const { id } = await lab.run('payment', { card: 'expired' });
    await lab.ops.control(id, { action: 'retry' });
    await lab.eventually(() => expect(trace.marks).toEqual(['A', 'Charge', 'Charge']));
    await lab.rests(id, 'failed');
    expect(await lab.attempts(id)).toEqual(['A:completed', 'Charge:failed', 'Charge:failed']);
  });

  it('may begin with one of several failed pointers', async () => {
    const trace = new Trace();
    let healed = false;
    const fails = (name: string) =>
      trace.step(name, () => {
        if (!healed) throw permanent('no');
      });
    const source = workflow('both', (b) =>
      b
        .startWith(trace.step('A'))
        .parallel()
        .do((then) => then.startWith(fails('X')))
        .do((then) => then.startWith(fails('Y')))
        .join(),
    );
    const lab = await Lab.open([source]);
    const { id } = await lab.run('both');
    healed = true;
    const failed = (await lab.why(id)).filter(({ waitingFor }) => waitingFor === 'failed');
    expect(failed.map(({ stepName }) => stepName)).toEqual(['X', 'Y']);
    await lab.ops.control(id, { action: 'retry', fromPointer: failed[1]!.pointerId });
    await lab.eventually(() => expect(trace.marks).toEqual(['A', 'X', 'Y', 'Y']));
    await lab.rests(id, 'failed');
    expect((await lab.why(id)).map(({ stepName }) => stepName)).toEqual(['X']);
    await lab.ops.control(id, { action: 'retry' });
    expect((await lab.end(id)).record.status).toBe('completed');
  });

  it('is refused unless the instance is failed', async () => {
    const lab = await Lab.open([workflow('one', (b) => b.startWith(new Trace().step('A')))]);
    const { id } = await lab.run('one');
    await expect(lab.ops.control(id, { action: 'retry' })).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
    });
  });
});
