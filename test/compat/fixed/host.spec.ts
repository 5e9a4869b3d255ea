import { RevisionConflictError, StoreUnavailableError, type Commit } from '@workflow-runner/contract';
import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually, Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

const one = workflow('one', (b) => b.startWith(new Trace().step('A')));

describe('fixed 13: the host', () => {
  it('listens to no signal, however often it starts', async () => {
    const before = ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));
    const lab = await Lab.open([one]);
    await lab.stop();
    await lab.host.start();
    expect(['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal))).toEqual(before);
  });

  it('lives through a store that is away, without an unhandled rejection', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const store = new MemoryStore({ clock: new SystemClock() });
    await store.open();
    const lab = await Lab.open([one], { store, host: { pollIntervalMs: 5, leaseMs: 100 } });
    const { claim, beat, mail, nextDueAt } = store;
    let asked = 0;
    const away = () => {
      asked += 1;
      return Promise.reject(new StoreUnavailableError('away'));
    };
    Object.assign(store, { claim: away, beat: away, mail: away, nextDueAt: away });
    await eventually(() => expect(asked).toBeGreaterThan(5));
    Object.assign(store, { claim, beat, mail, nextDueAt });
    expect((await lab.run('one')).status).toBe('completed');
    expect(rejections).toEqual([]);
  });

  it('drains when it stops: a running step finishes and its result is kept', async () => {
    const gate = new Gate();
    const entered = new Gate();
    const store = new MemoryStore({ clock: new SystemClock() });
    await store.open();
    const trace = new Trace();
    const held = workflow('held', (b) =>
      b
        .startWith(
          trace.step('Held', () => {
            entered.open();
            return gate.opened;
          }),
        )
        .then(trace.step('After')),
    );
    const lab = await Lab.open([held], { store, host: { drainMs: 5_000 } });
    const id = await lab.start('held');
    await entered.opened;
    const stopped = lab.stop();
    gate.open();
    await stopped;
    expect(trace.marks).toEqual(['Held']);
    const next = await Lab.open([held], { store });
    expect((await next.end(id)).record.status).toBe('completed');
    expect(trace.marks).toEqual(['Held', 'After']);
  });
});

describe('fixed 15: the store', () => {
  it('refuses a write that is not based on the stored revision', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const commit = store.commit.bind(store);
    const commits: Commit[] = [];
    store.commit = (given) => {
      commits.push(given);
      return commit(given);
    };
    await store.open();
    const lab = await Lab.open([one], { store });
    await lab.run('one');
    await expect(commit(commits[0]!)).rejects.toThrow(RevisionConflictError);
  });

  it('answers for an unknown id', async () => {
    const lab = await Lab.open([one]);
    expect(await lab.ops.get('unknown')).toBeNull();
    for (const ask of [lab.ops.control('unknown', { action: 'pause' }), lab.ops.signal('unknown', 1)]) {
      await expect(ask).rejects.toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    }
  });

  it('loses no event of the same millisecond', async () => {
    const twice = workflow<{ got: unknown[] }>('twice', (b) => {
      const keep = (step: { eventData: unknown }, data: { got: unknown[] }) =>
        void data.got.push(step.eventData);
      b.startWith(new Trace().step('A'))
        .waitFor('e', () => 'k')
        .output(keep)
        .waitFor('e', () => 'k')
        .output(keep);
    });
    const lab = await Lab.open([twice], { clock: new ManualClock() });
    const id = await lab.start('twice', { got: [] });
    await lab.rests(id);
    await Promise.all([1, 2].map((data) => lab.ops.publish({ name: 'e', key: 'k', data })));
    expect((await lab.end(id)).data).toEqual({ got: [1, 2] });
  });
});
