import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DATA_LIMITS } from '@workflow-runner/contract';
import { SystemClock, type StepContext } from '@workflow-runner/engine';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow, type Context } from '../trace.js';

async function openFile(): Promise<SqliteStore> {
  const folder = mkdtempSync(join(tmpdir(), 'data-'));
  const store = new SqliteStore({ path: join(folder, 'workflows.db'), clock: new SystemClock() });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await store.open();
  return store;
}

/** Writes, looks, waits for the restart, looks again, and tells what it saw both times. */
async function lookTwice(write: (data: Record<string, unknown>) => void): Promise<unknown[]> {
  const store = await openFile();
  const seen: unknown[] = [];
  const look = new Trace().step('Look', ({ workflow: { data } }) => void seen.push(structuredClone(data)));
  const source = workflow('look', (b) =>
    b
      .startWith(new Trace().step('Write', (context) => write(context.workflow.data)))
      .then(look)
      .waitFor('restarted', () => 'k')
      .then(look),
  );
  const first = await Lab.open([source], { store });
  const id = await first.start('look', {});
  await first.rests(id);
  await first.stop();
  const second = await Lab.open([source], { store });
  await second.ops.publish({ name: 'restarted', key: 'k' });
  await second.end(id);
  return seen;
}

describe('what a step sees in memory', () => {
  it('equals what a restart reads, for every kind of value', async () => {
    const [inMemory, reloaded] = await lookTwice((data) => {
      Object.assign(data, {
        date: new Date(5),
        map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]),
        bytes: new Uint8Array([1, 2]),
        nothing: undefined,
        notANumber: Number.NaN,
        tagLike: { $: 'd', v: 5 },
        deep: [{ list: [undefined, null, -0] }],
      });
    });
    expect(inMemory).toStrictEqual(reloaded);
    expect(inMemory).toMatchObject({ date: new Date(5), bytes: new Uint8Array([1, 2]) });
  });

  it('equals it for objects that are referred to twice: each place has its own', async () => {
    const seen: boolean[] = [];
    const alias = new Trace().step('Alias', ({ workflow: { data } }) => {
      const shared = { n: 1 };
      Object.assign(data, { a: shared, b: shared });
    });
    const change = new Trace().step('Change', ({ workflow: { data } }) => {
      seen.push(data.a === data.b);
      (data.a as { n: number }).n = 2;
    });
    const source = workflow('alias', (b) => b.startWith(alias).then(change));
    const lab = await Lab.open([source]);
    const { id, data } = await lab.run('alias', {});
    expect(seen).toEqual([false]);
    expect(data).toEqual({ a: { n: 2 }, b: { n: 1 } });
    expect((await lab.ops.get(id))?.data).toEqual(data);
  });

  it('equals it for data large enough to be written by its changed keys', async () => {
    const large = 'x'.repeat(10_000);
    const [inMemory, reloaded] = await lookTwice((data) => {
      const shared = { large };
      Object.assign(data, { large, first: shared, second: shared, gone: 1 });
      delete data.gone;
    });
    expect(inMemory).toStrictEqual(reloaded);
    expect(inMemory).toEqual({ large, first: { large }, second: { large } });
  });
});

class Money {
  constructor(readonly amount: number) {}
}

describe('data that cannot be stored', () => {
  const writes: [string, (context: Context) => void][] = [
    ['a function', ({ workflow: { data } }) => void (data.bad = () => 1)],
    ['a cycle', ({ workflow: { data } }) => void (data.bad = { data })],
    ['an instance of a class', ({ workflow: { data } }) => void (data.bad = new Money(1))],
    ['a symbol', ({ workflow: { data } }) => void (data.bad = Symbol('s'))],
    ['too many bytes', ({ workflow: { data } }) => void (data.bad = 'x'.repeat(2_000))],
  ];
  it.each(writes)(
    '%s is a failure of the step that wrote it, and the data stay as they were',
    async (_what, write) => {
      const trace = new Trace();
      const source = workflow('writes', (b) =>
        b
          .startWith(trace.step('Good', ({ workflow: { data } }) => void (data.good = true)))
          .then(trace.step('Bad', (context: StepContext) => write(context as Context)))
          .then(trace.step('After')),
      );
      const limits = { ...DEFAULT_DATA_LIMITS, dataBytes: 1_000, outputBytes: 1_000 };
      const lab = await Lab.open([source], { host: { limits } });
      const { status, data, record } = await lab.run('writes', {});
      expect(status).toBe('failed');
      expect(record.failure).toMatchObject({
        step: 'Bad',
        category: 'validation',
        code: expect.stringMatching(/^DATA_(NOT_SERIALIZABLE|TOO_LARGE)$/) as string,
      });
      expect(data).toEqual({ good: true });
      expect(trace.marks).toEqual(['Good', 'Bad']);
    },
  );

  it('is refused at the door: at start, of an event and of a signal', async () => {
    const limits = { ...DEFAULT_DATA_LIMITS, dataBytes: 100, eventBytes: 100 };
    const waits = workflow('waits', (b) => b.startWith(new Trace().step('A')).waitFor('e', () => 'k'));
    const lab = await Lab.open([waits], { host: { limits } });
    const large = 'x'.repeat(200);
    await expect(lab.start('waits', { large })).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
    await expect(lab.start('waits', { f: () => 1 })).rejects.toMatchObject({ code: 'DATA_NOT_SERIALIZABLE' });
    const id = await lab.start('waits', {});
    await lab.rests(id);
    const event = lab.ops.publish({ name: 'e', key: 'k', data: large });
    await expect(event).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
    await expect(lab.ops.signal(id, large)).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
    await lab.rests(id);
  });
});
