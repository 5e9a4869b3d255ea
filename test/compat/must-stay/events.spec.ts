import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { Lab, type LabOptions } from '../harness.js';
import { Trace, workflow } from '../trace.js';

interface Data {
  got?: unknown;
  since?: Date;
}

/** Waits for `paid` with the key `k`, from `since` where the data says so, and keeps what it got. */
const waiter = workflow<Data>('waiter', (b) =>
  b
    .startWith(new Trace().step('A'))
    .waitFor(
      'paid',
      () => 'k',
      (data) => data.since!,
    )
    .output((step, data) => {
      data.got = step.eventData as unknown;
    }),
);
const plainWaiter = workflow<Data>('plain', (b) =>
  b
    .startWith(new Trace().step('A'))
    .waitFor('paid', () => 'k')
    .output((step, data) => {
      data.got = step.eventData as unknown;
    }),
);

const open = (options?: LabOptions) => Lab.open([waiter, plainWaiter], options);
const paid = (data: unknown, time: number | null = null) => ({ name: 'paid', key: 'k', data, time });

describe('must stay 10: events', () => {
  it('go to every matching subscription, and to no other', async () => {
    const lab = await open();
    const ids = await Promise.all([lab.start('plain'), lab.start('plain')]);
    await Promise.all(ids.map((id) => lab.rests(id)));
    await lab.ops.publish({ name: 'paid', key: 'other', data: 'wrong key' });
    await lab.ops.publish({ name: 'other', key: 'k', data: 'wrong name' });
    await lab.ops.publish(paid(7));
    const ended = await Promise.all(ids.map((id) => lab.end(id)));
    expect(ended.map(({ data }) => data)).toEqual([{ got: 7 }, { got: 7 }]);
  });

  it('count from the moment the wait starts when the author named none', async () => {
    const clock = new ManualClock();
    const lab = await open({ clock });
    await lab.ops.publish(paid('before'));
    clock.advance(10);
    const id = await lab.start('plain');
    await lab.rests(id);
    await lab.ops.publish(paid('after'));
    expect((await lab.end(id)).data).toEqual({ got: 'after' });
  });

  it('that are stored are replayed to a wait with an earlier effective date', async () => {
    const clock = new ManualClock();
    const lab = await open({ clock });
    const since = new Date(clock.now());
    clock.advance(5);
    await lab.ops.publish(paid('stored'));
    clock.advance(5);
    const { data } = await lab.end(await lab.start('waiter', { since }));
    expect(data).toEqual({ got: 'stored', since });
  });

  it('match when the effective date is not later than the time of the event', async () => {
    const clock = new ManualClock();
    const lab = await open({ clock });
    const at = clock.now();
    await lab.ops.publish(paid('now'));
    clock.advance(5);
    const late = await lab.start('waiter', { since: new Date(at + 1) });
    const exact = await lab.start('waiter', { since: new Date(at) });
    expect((await lab.end(exact)).data).toMatchObject({ got: 'now' });
    await lab.rests(late);
    expect(await lab.why(late)).toMatchObject([{ waitingFor: 'event', eventName: 'paid', eventKey: 'k' }]);
  });

  it('with a time in the future are delivered then', async () => {
    const clock = new ManualClock();
    const lab = await open({ clock });
    const id = await lab.start('plain');
    await lab.rests(id);
    await lab.ops.publish(paid('later', clock.now() + 60_000));
    clock.advance(59_999);
    await lab.rests(id);
    clock.advance(1);
    expect((await lab.end(id)).data).toEqual({ got: 'later' });
  });

  it('wake every pointer of the instance that waits for them and whose own effective date they meet', async () => {
    const clock = new ManualClock();
    const trace = new Trace();
    const eventTime = clock.now() + 1_000;
    const three = workflow('three', (b) =>
      b
        .startWith(trace.step('A'))
        .parallel()
        .do((then) =>
          then
            .startWith(trace.step('X'))
            .waitFor('paid', () => 'k')
            .then(trace.step('X2')),
        )
        .do((then) =>
          then
            .startWith(trace.step('Y'))
            .waitFor('paid', () => 'k')
            .then(trace.step('Y2')),
        )
        .do((then) =>
          then
            .startWith(trace.step('Z'))
            .waitFor(
              'paid',
              () => 'k',
              () => new Date(eventTime + 1),
            )
            .then(trace.step('Z2')),
        )
        .join(),
    );
    const lab = await Lab.open([three], { clock });
    const id = await lab.start('three');
    await lab.rests(id);
    clock.advance(1_000);
    await lab.ops.publish(paid('first'));
    await lab.eventually(() => expect(trace.marks).toEqual(['A', 'X', 'Y', 'Z', 'X2', 'Y2']));
    await lab.rests(id);
    clock.advance(1);
    await lab.ops.publish(paid('second'));
    expect((await lab.end(id)).record.status).toBe('completed');
  });
});
