import { SilentLogger, SYSTEM_CALLER } from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';
import { CodedStore } from '@workflow-runner/store/coded';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aesCodec, asyncCodec } from './coded-lab.js';
import { aStart } from './samples.js';

const attempt: Port.AttemptFacts = {
  ...{ pointerId: 'p1', stepId: 2, stepName: 'charge', attempt: 1, status: 'completed' },
  ...{ queuedAt: 1, startedAt: 2, endedAt: 3, input: '{"sum":1}', outcome: '"paid"' },
  ...{ errorCategory: null, errorCode: null, errorMessage: null },
};

let clock: ManualClock;
let inner: MemoryStore;
let node: Port.NodeIdentity;

beforeEach(async () => {
  clock = new ManualClock();
  inner = new MemoryStore({ clock });
  await inner.open();
  node = await inner.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: [] });
});

const coded = (codec: Port.PayloadCodec = aesCodec(), logger: Port.Logger = new SilentLogger()) =>
  new CodedStore({ store: inner, codec, logger });

async function owned(store: Port.Store, id: string): Promise<Port.InstanceRecord> {
  const [receipt] = await store.create([aStart(id, { claimBy: node })]);
  return (receipt as { record: Port.InstanceRecord }).record;
}

function commitOf(record: Port.InstanceRecord, overrides: Partial<Port.Commit> = {}): Port.Commit {
  const { id: instanceId, tenantId, workflowId, fence } = record;
  const revision = overrides.revision ?? 1;
  return {
    ...{ instanceId, tenantId, workflowId, owner: node, fence, revision },
    entry: { kind: 'step', attempt, control: null, change: `{"at":${revision}}`, tell: ['step.completed'] },
    ...{ subscribe: [], unsubscribe: [], consumed: [], honoured: null, snapshot: null, rest: null },
    columns: null,
    ...overrides,
  };
}

const atRest = (status: 'waiting' | 'failed', wakeAt: number | null = null) => ({
  rest: { status, statusReason: null, wakeAt, overdueAt: null, failure: null },
  snapshot: '{"at":"rest"}',
});

const anEvent = (id: string): Port.NewEvent => ({
  ...{ id, tenantId: null, name: 'paid', key: 'k', data: `"${id}"`, time: null, correlationId: null },
});

const aSignal = (id: string): Port.NewSignal => ({
  ...{ id, instanceId: 'i1', tenantId: null, stepName: '', data: `"${id}"`, bytes: 9, limitBytes: 999 },
});

const aRetry = (data?: string): Port.ControlRequest => ({
  id: 'm1',
  instanceId: 'i1',
  tenantId: null,
  mark: { action: 'retry', caller: SYSTEM_CALLER, reason: null, ...(data !== undefined && { data }) },
});

describe('A codec', () => {
  it('that answers at once has its calls made in the same turn', async () => {
    const store = coded();
    const record = await owned(store, 'i1');
    const calls = ['commit', 'create', 'claim', 'publish', 'send', 'control'] as const;
    const spies = calls.map((name) => vi.spyOn(inner, name));

    const answers = [
      store.commit(commitOf(record)),
      store.create([aStart('i2')]),
      store.claim(node, { limit: 1, workflowIds: [] }),
      store.publish([anEvent('e1')]),
      store.send(aSignal('s1')),
      store.control(aRetry('1')),
    ];

    expect(spies.map((spy) => spy.mock.calls.length)).toEqual(calls.map(() => 1));
    await Promise.all(answers);
  });

  it('that answers later, and the later calls first, has them made in their order', async () => {
    const waiting: { text: string; answer: (text: string) => void }[] = [];
    const store = coded({
      encode: (text) => new Promise((answer) => waiting.push({ text, answer })),
      decode: (text) => text,
    });
    const record = await owned(inner, 'i1');
    const plain = { ...commitOf(record).entry, attempt: null };
    const commits = [1, 2, 3].map((revision) => store.commit(commitOf(record, { revision, entry: plain })));

    for (const { text, answer } of waiting.reverse()) answer(text);

    expect((await Promise.all(commits)).map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  it('that decodes later has answers to commits given in their order', async () => {
    const release: (() => void)[] = [];
    const store = coded({
      encode: (text) => text,
      decode: (text) => new Promise((resolve) => release.push(() => resolve(text))),
    });
    const record = await owned(inner, 'i1');
    await inner.send(aSignal('s1'));
    const order: number[] = [];
    const note = ({ revision }: Port.CommitReceipt): number => order.push(revision);

    const first = store.commit(commitOf(record, atRest('waiting'))).then(note);
    const second = store.commit(commitOf(record, { revision: 2 })).then(note);
    await vi.waitFor(() => expect(release).toHaveLength(1));
    expect(order).toEqual([]);
    release[0]!();
    await Promise.all([first, second]);

    expect(order).toEqual([1, 2]);
  });

  it('is never given an empty text', async () => {
    const codec = aesCodec();
    const [encode, decode] = [vi.spyOn(codec, 'encode'), vi.spyOn(codec, 'decode')];
    const store = coded(codec);
    await store.create([aStart('i1')]);
    const { items } = await store.history('i1', { limit: 9 });
    const record = await owned(store, 'i2');
    const unchanged = { ...commitOf(record).entry, change: '' };
    await store.commit(commitOf(record, { entry: unchanged }));
    const cached = await store.claim(node, {
      limit: 1,
      workflowIds: ['contract.sample@1.0.0'],
      cached: () => 0,
    });

    expect(items).toMatchObject([{ kind: 'created', change: '' }]);
    expect(items[0]).not.toHaveProperty('unreadable');
    expect(cached).toMatchObject([{ snapshot: '', tail: [] }]);
    expect([...encode.mock.calls, ...decode.mock.calls].flat()).not.toContain('');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no key');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no key'))],
    ['answers nothing', () => undefined as unknown as string],
    ['answers an empty text', () => ''],
    ['answers an empty text later', () => Promise.resolve('')],
  ])(
    'that %s when it should encode refuses every write by name, and only for so long',
    async (_how, encode) => {
      const record = await owned(inner, 'i1');
      const lines: string[] = [];
      const logger = new SilentLogger() as Port.Logger;
      logger.warn = (message) => void lines.push(message);
      logger.info = (message) => void lines.push(message);
      const codec = { ...plainCodec(), encode };
      const store = coded(codec, logger);
      const before = await inner.load('i1');

      const writes = [
        store.commit(commitOf(record)),
        store.create([aStart('i2')]),
        store.publish([anEvent('e1')]),
        store.send(aSignal('s1')),
        store.control(aRetry('1')),
      ];
      const refusals = await Promise.all(writes.map((write) => write.catch((error: unknown) => error)));

      expect(refusals).toHaveLength(5);
      for (const refusal of refusals)
        expect(refusal).toMatchObject({ code: 'PAYLOAD_NOT_ENCODED', retryable: true });
      expect([await inner.load('i1'), await inner.load('i2'), await inner.event(null, 'e1')]).toEqual([
        before,
        null,
        null,
      ]);
      expect(store.health()).toMatchObject({ status: 'degraded', since: clock.now() });
      Object.assign(codec, plainCodec());
      expect(await store.commit(commitOf(record))).toMatchObject({ revision: 1 });
      expect(store.health().status).toBe('healthy');
      expect(lines).toEqual(['codec.encode-failed', 'codec.works-again']);
    },
  );

  it('that fails for a call behind a slow one leaves no rejection behind', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    let answer: (text: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => (answer = resolve));
    const encode = (text: string): Promise<string> =>
      text === '"e1"' ? slow : Promise.reject(new Error('no key'));
    const store = coded({ encode, decode: (text) => text });

    const first = store.publish([anEvent('e1')]);
    const second = store.publish([anEvent('e2')]).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    answer('coded');

    expect(await first).toMatchObject([{ accepted: true }]);
    expect(await second).toMatchObject({ code: 'PAYLOAD_NOT_ENCODED' });
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('that fails in one of two fields leaves no rejection behind', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const store = coded({
      encode: (text) => {
        if (text.startsWith('{"at"')) return Promise.reject(new Error('later'));
        throw new Error('at once');
      },
      decode: (text) => text,
    });
    const refused = store.commit(commitOf(await owned(inner, 'i1')));

    await expect(refused).rejects.toMatchObject({ code: 'PAYLOAD_NOT_ENCODED' });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('may make digests that tell nothing of the data', async () => {
    const create = vi.spyOn(inner, 'create');
    await coded(plainCodec()).create([aStart('i1', { idempotencyKey: 'k1', digest: 'sha' })]);
    await coded().create([
      aStart('i2', { idempotencyKey: 'k2', digest: 'sha' }),
      aStart('i3', { digest: '' }),
    ]);
    const same = await coded().create([aStart('i4', { idempotencyKey: 'k2', digest: 'sha' })]);
    const another = await coded().create([aStart('i5', { idempotencyKey: 'k2', digest: 'another' })]);
    expect([...same, ...another]).toEqual([
      { verdict: 'existing', instanceId: 'i2' },
      { verdict: 'conflict', instanceId: 'i2' },
    ]);

    const digests = create.mock.calls.flatMap(([instances]) => instances.map(({ digest }) => digest));
    expect(digests).toEqual([
      'sha',
      expect.stringMatching(/^[\w-]{43}$/),
      '',
      digests[1],
      expect.any(String),
    ]);
  });
});

describe('A closing store', () => {
  it('waits for what is being encoded', async () => {
    const store = coded(asyncCodec(aesCodec()));
    const write = store.create([aStart('i1')]);
    await store.close();

    expect(await write).toMatchObject([{ verdict: 'created' }]);
  });

  it('does not wait for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const store = coded({ ...plainCodec(), encode: () => new Promise<string>(() => undefined) });
    void store.create([aStart('i1')]);
    const closed = store.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closed;
    vi.useRealTimers();

    expect(store.health().status).toBe('closed');
  });
});

describe.each([
  ['at once', () => aesCodec('b')],
  ['later', () => asyncCodec(aesCodec('b'))],
])('What cannot be decoded, said %s,', (_when, other) => {
  it('does not keep others from being claimed', async () => {
    await coded().create([aStart('i1'), aStart('i3')]);
    const store = coded(other());
    await store.create([aStart('i2')]);

    const claimed = await store.claim(node, { limit: 9, workflowIds: ['contract.sample@1.0.0'] });

    const byId = Object.fromEntries(claimed.map((one) => [one.record.id, one]));
    expect(byId['i2']).toMatchObject({ snapshot: '{"at":0}' });
    expect(byId['i2']).not.toHaveProperty('unreadable');
    for (const id of ['i1', 'i3']) {
      const unreadable = { code: 'PAYLOAD_UNREADABLE', what: `Instance ${id}`, retryable: false };
      expect(byId[id]).toMatchObject({ snapshot: '', tail: [], inbox: [], unreadable });
    }
  });

  it('is told of each part of an instance by itself', async () => {
    const record = await owned(coded(), 'i1');
    await coded().commit(commitOf(record, atRest('failed')));
    await coded(other()).send(aSignal('s1'));
    await coded(other()).control(aRetry('1'));

    const loaded = (await coded().load('i1'))!;

    expect(loaded).toMatchObject({
      snapshot: '{"at":"rest"}',
      inbox: [],
      record: { control: { action: 'retry' } },
    });
    expect(loaded.record.control).not.toHaveProperty('data');
    expect(loaded.unreadable?.code).toBe('PAYLOAD_UNREADABLE');
    const reverse = (await coded(other()).load('i1'))!;
    expect(reverse).toMatchObject({
      snapshot: '',
      inbox: [{ data: '"s1"' }],
      record: { control: { data: '1' } },
    });
  });

  it('is kept from an owner that reads its mail', async () => {
    const [one, two] = [await owned(coded(), 'i1'), await owned(coded(), 'i2')];
    await coded(other()).send(aSignal('s1'));
    await coded().send({ ...aSignal('s2'), instanceId: 'i2' });

    const mail = await coded().mail(node);

    expect(mail.map(({ record, inbox }) => [record.id, inbox.map(({ data }) => data)])).toEqual([
      [one.id, []],
      [two.id, ['"s2"']],
    ]);
  });

  it('refuses the answer to the commit it was delivered with, which is written', async () => {
    const record = await owned(coded(), 'i1');
    await coded(other()).send(aSignal('s1'));

    const answer = coded().commit(commitOf(record, atRest('waiting')));

    await expect(answer).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE', what: 'Instance i1' });
    expect((await inner.load('i1'))?.record.revision).toBe(1);
  });

  it('is marked in history and publications, which go on', async () => {
    const record = await owned(coded(), 'i1');
    await coded().commit(commitOf(record));
    await coded(other()).commit(commitOf(record, { revision: 2 }));

    const [{ items }, told] = [await coded().history('i1', { limit: 9 }), await coded().publications(0, 9)];

    for (const rows of [items, told]) {
      expect(rows).toMatchObject([
        { revision: 1, change: '{"at":1}', attempt },
        {
          revision: 2,
          change: '',
          unreadable: true,
          attempt: { input: null, outcome: null, unreadable: true },
        },
      ]);
      expect(rows[0]).not.toHaveProperty('unreadable');
      expect(rows[0]!.attempt).toEqual(attempt);
    }
  });

  it('is no matter for headlines, for which the codec is not asked', async () => {
    const record = await owned(coded(), 'i1');
    await coded().commit(commitOf(record));
    const codec = other();
    const decode = vi.spyOn(codec, 'decode');

    const [told] = await coded(codec).publications(0, 9, 'headlines');

    expect(told).toMatchObject({ revision: 1, change: '', attempt: { stepName: 'charge', input: null } });
    expect(decode).not.toHaveBeenCalled();
  });

  it('is an event by name', async () => {
    await coded().publish([anEvent('e1')]);

    expect(await coded().event(null, 'e1')).toMatchObject({ data: '"e1"' });
    const refused = coded(other()).event(null, 'e1');
    await expect(refused).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE', what: 'Event e1' });
  });

  it('stays out of lists with the data of every mark', async () => {
    const record = await owned(coded(), 'i1');
    await coded().commit(commitOf(record, atRest('failed')));
    await coded().control(aRetry('1'));

    const { items } = await coded(other()).list({}, { limit: 9 });

    expect(items).toMatchObject([{ id: 'i1', control: { action: 'retry' } }]);
    expect(items[0]!.control).not.toHaveProperty('data');
  });
});

function plainCodec() {
  const same = (text: string): string | Promise<string> => text;
  return { encode: same, decode: same };
}
