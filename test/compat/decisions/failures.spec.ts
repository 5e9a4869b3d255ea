import { SystemClock, WorkflowErrorHandling, type WorkflowBuilder } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { eventually, Lab } from '../harness.js';
import { Gate, permanent, Trace, workflow } from '../trace.js';

const NODE = { nodeId: 'n', maxCrashes: 2 };

async function openStore(): Promise<MemoryStore> {
  const store = new MemoryStore({ clock: new SystemClock() });
  await store.open();
  return store;
}

describe('decision 5: a failure for good beside other branches', () => {
  it('makes the instance failed, siblings start nothing new, and a retry goes on with all of them', async () => {
    const trace = new Trace();
    const gate = new Gate();
    let failures = 1;
    const beside = workflow('beside', (b) =>
      b
        .startWith(trace.step('A'))
        .parallel()
        .do((then) => then.startWith(trace.step('Slow', () => gate.opened)).then(trace.step('Next')))
        .do((then) =>
          then.startWith(
            trace.step('F', () => {
              if (failures-- > 0) throw permanent('no');
            }),
          ),
        )
        .join()
        .then(trace.step('B')),
    );
    const lab = await Lab.open([beside]);
    const id = await lab.start('beside');
    await eventually(async () => expect(await lab.attempts(id)).toContain('F:failed'));
    gate.open();
    expect((await lab.end(id)).record.status).toBe('failed');
    expect(trace.marks).toEqual(['A', 'Slow', 'F']);
    await lab.ops.control(id, { action: 'retry' });
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(trace.marks.slice(0, 3)).toEqual(['A', 'Slow', 'F']);
    expect(trace.marks.slice(3, 5).toSorted()).toEqual(['F', 'Next']);
    expect(trace.marks.slice(5)).toEqual(['B']);
  });
});

describe('decision 6: the death of the process', () => {
  it('does not use up the retry budget of the step it cut off', async () => {
    const store = await openStore();
    const attempts: number[] = [];
    const held = new Trace().step('Held', async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length <= 2) await new Promise(() => undefined);
      throw new Error('no');
    });
    const source = workflow('held', (b) => b.startWith(held));
    let lab = await Lab.open([source], { store, host: NODE });
    const id = await lab.start('held');
    for (const deaths of [1, 2]) {
      await eventually(() => expect(attempts).toHaveLength(deaths));
      lab.kill();
      lab = await Lab.open([source], { store, host: NODE });
    }
    const { record } = await lab.end(id);
    expect(attempts).toEqual([1, 1, 1, 2, 3]);
    expect(record).toMatchObject({ status: 'failed', failure: { attempt: 3 } });
  });

  it('again and again under the same step ends in a failure of the category system', async () => {
    const store = await openStore();
    const trace = new Trace();
    const killer = workflow('killer', (b) =>
      b
        .startWith(trace.step('A'))
        .then(trace.step('Killer', () => new Promise(() => undefined)))
        .then(trace.step('B')),
    );
    let lab = await Lab.open([killer], { store, host: NODE });
    const id = await lab.start('killer');
    // Two deaths make a suspect of it; then it runs under a mark, and `maxCrashes` of those deaths are its end.
    for (let deaths = 1; deaths <= 2 + NODE.maxCrashes; deaths += 1) {
      await eventually(() => expect(trace.marks.filter((mark) => mark === 'Killer')).toHaveLength(deaths));
      lab.kill();
      lab = await Lab.open([killer], { store, host: NODE });
    }
    const { record } = await lab.end(id);
    expect(record.status).toBe('failed');
    expect(record.failure).toMatchObject({ category: 'system', code: 'STEP_CRASHED', step: 'Killer' });
    expect(trace.marks).toEqual(['A', 'Killer', 'Killer', 'Killer', 'Killer']);
  });
});

describe('decision 9: the error behaviour the builder writes', () => {
  const open = async (change: (b: WorkflowBuilder<object>) => void) => {
    const clock = new ManualClock();
    const trace = new Trace();
    const source = workflow<object>('broken', (b) => {
      change(b);
      b.startWith(trace.failing('F', new Error('no')));
    });
    const lab = await Lab.open([source], {
      clock,
      retry: { maxAttempts: 2, baseDelay: 1_000, jitter: false },
    });
    return { lab, clock, trace };
  };

  it('is no choice of the author: the policy applies', async () => {
    const { lab, clock, trace } = await open(() => undefined);
    const id = await lab.start('broken');
    await lab.rests(id);
    clock.advance(1_000);
    expect((await lab.end(id)).record.status).toBe('failed');
    expect(trace.marks).toEqual(['F', 'F']);
  });

  it('is obeyed where the interval was changed: it is tried for ever, at that interval', async () => {
    const { lab, clock, trace } = await open((b) => {
      b.retryInterval = 5_000;
    });
    const id = await lab.start('broken');
    for (const attempts of [1, 2, 3, 4]) {
      await lab.eventually(() => expect(trace.marks).toHaveLength(attempts));
      await lab.rests(id);
      expect(await lab.why(id)).toMatchObject([{ waitingFor: 'retry', until: clock.now() + 5_000 }]);
      clock.advance(5_000);
    }
  });

  it('is obeyed where the behaviour was changed', async () => {
    const { lab, trace } = await open((b) => {
      b.errorBehavior = WorkflowErrorHandling.Suspend;
    });
    await lab.rests(await lab.start('broken'), 'paused');
    expect(trace.marks).toEqual(['F']);
  });
});
