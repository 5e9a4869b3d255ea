import { ExecutionResult, SystemClock, WorkflowErrorHandling } from '@workflow-runner/engine';
import type { Commit } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

const waitsOnce = workflow<{ got?: unknown }>('once', (b) =>
  b
    .startWith(new Trace().step('A'))
    .waitFor('e', () => 'k')
    .output((step, data) => {
      data.got = step.eventData as unknown;
    }),
);

describe('fixed 6: a subscription', () => {
  it('is written by the very commit that makes the pointer wait', async () => {
    const commits: Commit[] = [];
    const store = new MemoryStore({ clock: new SystemClock() });
    const commit = store.commit.bind(store);
    store.commit = (one) => {
      commits.push(one);
      return commit(one);
    };
    await store.open();
    const lab = await Lab.open([waitsOnce], { store });
    await lab.rests(await lab.start('once'));
    const waiting = commits.filter(({ entry }) => entry.attempt?.status === 'waiting');
    expect(waiting.map(({ subscribe }) => subscribe.map(({ name, key }) => [name, key]))).toEqual([
      [['e', 'k']],
    ]);
  });
});

describe('fixed 7: an event', () => {
  it('published while its subscription is being made is not lost', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const commit = store.commit.bind(store);
    let publish: () => Promise<unknown> = () => Promise.resolve();
    store.commit = async (one) => {
      if (one.subscribe.length > 0) await publish();
      return commit(one);
    };
    await store.open();
    const lab = await Lab.open([waitsOnce], { store });
    publish = () => lab.ops.publish({ name: 'e', key: 'k', data: 'in the window' });
    expect((await lab.run('once')).data).toEqual({ got: 'in the window' });
  });

  it('that one wait has had is not fed into a later one', async () => {
    const clock = new ManualClock();
    const twice = workflow<{ got: unknown[] }>('twice', (b) => {
      const keep = (step: { eventData: unknown }, data: { got: unknown[] }) =>
        void data.got.push(step.eventData);
      b.startWith(new Trace().step('A'))
        .waitFor('e', () => 'k')
        .output(keep)
        .waitFor('e', () => 'k')
        .output(keep);
    });
    const lab = await Lab.open([twice], { clock });
    const id = await lab.start('twice', { got: [] });
    await lab.rests(id);
    await lab.ops.publish({ name: 'e', key: 'k', data: 1 });
    expect((await lab.rests(id)).data).toEqual({ got: [1] });
    await lab.ops.publish({ name: 'e', key: 'k', data: 2 });
    expect((await lab.end(id)).data).toEqual({ got: [1, 2] });
  });
});

describe('fixed 16: data that is nobody else’s', () => {
  it('each receiver of an event has an object of its own', async () => {
    const changes = workflow<{ got?: { n: number } }>('changes', (b) =>
      b
        .startWith(new Trace().step('A'))
        .waitFor('e', () => 'k')
        .output((step, data) => {
          data.got = step.eventData as { n: number };
          data.got.n += 1;
        }),
    );
    const lab = await Lab.open([changes]);
    const ids = [await lab.start('changes'), await lab.start('changes')];
    await Promise.all(ids.map((id) => lab.rests(id)));
    const data = { n: 1 };
    await lab.ops.publish({ name: 'e', key: 'k', data });
    const ended = await Promise.all(ids.map((id) => lab.end(id)));
    expect(ended.map((one) => one.data)).toEqual([{ got: { n: 2 } }, { got: { n: 2 } }]);
    expect(data).toEqual({ n: 1 });
  });

  it('the instance and the caller of start have objects of their own', async () => {
    const write = new Trace().step('Write', ({ workflow: { data } }) => void (data.list as number[]).push(2));
    const lab = await Lab.open([workflow('write', (b) => b.startWith(write))]);
    const mine = { list: [1] };
    const id = await lab.start('write', mine);
    mine.list.push(99);
    expect((await lab.end(id)).data).toEqual({ list: [1, 2] });
    expect(mine).toEqual({ list: [1, 99] });
  });
});

describe('fixed 16: waits', () => {
  it('of a body that waits again and again are each woken once', async () => {
    const trace = new Trace();
    const got: unknown[] = [];
    const again = trace.step('Again', ({ pointer }) => {
      if (pointer.eventPublished) got.push(pointer.eventData);
      return got.length < 3 ? ExecutionResult.waitForEvent('e', 'k', new Date()) : ExecutionResult.next();
    });
    const lab = await Lab.open([workflow('again', (b) => b.startWith(again))]);
    const id = await lab.start('again');
    for (const data of [1, 2, 3]) {
      await lab.rests(id);
      await lab.ops.publish({ name: 'e', key: 'k', data });
    }
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(got).toEqual([1, 2, 3]);
  });

  it('of the first attempt of a retried saga are gone', async () => {
    const trace = new Trace();
    let failures = 1;
    const saga = workflow('saga', (b) =>
      b
        .startWith(trace.step('A'))
        .saga((then) =>
          then
            .startWith(trace.step('X'))
            .compensateWith(trace.step('undoX'))
            .parallel()
            .do((branch) =>
              branch
                .startWith(trace.step('Y'))
                .waitFor('e', () => 'k')
                .then(trace.step('Woken')),
            )
            .do((branch) =>
              branch
                .startWith(trace.step('Z'))
                .waitFor('go', () => 'k')
                .then(
                  trace.step('F', () => {
                    if (failures-- > 0) throw new Error('once');
                  }),
                ),
            )
            .join(),
        )
        .onError(WorkflowErrorHandling.Retry, 1),
    );
    const lab = await Lab.open([saga]);
    const id = await lab.start('saga');
    await lab.rests(id);
    await lab.ops.publish({ name: 'go', key: 'k' });
    await lab.rests(id);
    await expect.poll(() => trace.marks.filter((mark) => mark === 'Z').length).toBe(2);
    await lab.rests(id);
    expect(await lab.store.subscriptions({ instanceId: id })).toHaveLength(2);
    await lab.ops.publish({ name: 'e', key: 'k' });
    await lab.ops.publish({ name: 'go', key: 'k' });
    await lab.end(id);
    expect(trace.marks.filter((mark) => mark === 'Woken')).toHaveLength(1);
  });
});
