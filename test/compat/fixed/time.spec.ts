import { ManualClock } from '@workflow-runner/testing';
import { ExecutionResult } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

describe('fixed 4: a delay', () => {
  it('beside an active branch lasts its own time', async () => {
    const clock = new ManualClock();
    const trace = new Trace();
    const turns = { left: 20 };
    const busy = trace.step('Busy', () =>
      turns.left-- > 0 ? ExecutionResult.sleep(new Date(clock.now() + 100), null) : ExecutionResult.next(),
    );
    const beside = workflow('beside', (b) =>
      b
        .startWith(trace.step('A'))
        .parallel()
        .do((then) =>
          then
            .startWith(trace.step('X'))
            .delay(() => 60_000)
            .then(trace.step('Late')),
        )
        .do((then) => then.startWith(busy))
        .join(),
    );
    const lab = await Lab.open([beside], { clock });
    const id = await lab.start('beside');
    await lab.rests(id);
    for (let turn = 1; turn <= 20; turn += 1) {
      clock.advance(100);
      await lab.eventually(() =>
        expect(trace.marks.filter((mark) => mark === 'Busy')).toHaveLength(turn + 1),
      );
      await lab.rests(id);
    }
    clock.advance(60_000 - 20 * 100 - 1);
    await lab.rests(id);
    expect(trace.marks).not.toContain('Late');
    clock.advance(1);
    await lab.end(id);
    expect(trace.marks).toContain('Late');
  });
});

describe('fixed 5: nothing waits for a poll', () => {
  it('a delay takes its length and not a millisecond more', async () => {
    const clock = new ManualClock();
    const lab = await Lab.open(
      [workflow('delay', (b) => b.startWith(new Trace().step('A')).delay(() => 1_000))],
      { clock, host: { pollIntervalMs: 3_600_000 } },
    );
    const id = await lab.start('delay');
    await lab.rests(id);
    clock.advance(999);
    await lab.rests(id);
    clock.advance(1);
    expect((await lab.end(id)).record.status).toBe('completed');
  });

  it('a hundred steps take no time at all on a clock that stands still', async () => {
    const clock = new ManualClock();
    const trace = new Trace();
    const long = workflow('long', (b) => {
      let step = b.startWith(trace.step('S'));
      for (let i = 1; i < 100; i += 1) step = step.then(trace.step('S'));
    });
    const lab = await Lab.open([long], { clock });
    await lab.run('long');
    expect(trace.marks).toHaveLength(100);
  });

  it('an event reaches a running and a resting instance at once, and resume is obeyed at once', async () => {
    const clock = new ManualClock();
    const gate = new Gate();
    const entered = new Gate();
    const trace = new Trace();
    const both = workflow('both', (b) =>
      b
        .startWith(trace.step('A'))
        .parallel()
        .do((then) =>
          then.startWith(
            trace.step('Held', () => {
              entered.open();
              return gate.opened;
            }),
          ),
        )
        .do((then) =>
          then
            .startWith(trace.step('X'))
            .waitFor('e', () => 'k')
            .then(trace.step('Woken')),
        )
        .join()
        .waitFor('e', () => 'k'),
    );
    const lab = await Lab.open([both], { clock });
    const id = await lab.start('both');
    await entered.opened;
    await lab.eventually(async () =>
      expect(await lab.store.subscriptions({ instanceId: id })).toHaveLength(1),
    );
    clock.advance(1);
    await lab.ops.publish({ name: 'e', key: 'k' });
    await lab.eventually(() => expect(trace.marks).toContain('Woken'));
    gate.open();
    await lab.rests(id);
    await lab.ops.control(id, { action: 'pause' });
    await lab.rests(id, 'paused');
    await lab.ops.control(id, { action: 'resume' });
    await lab.rests(id);
    clock.advance(1);
    await lab.ops.publish({ name: 'e', key: 'k' });
    expect((await lab.end(id)).record.status).toBe('completed');
  });
});
