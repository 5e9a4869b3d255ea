import type { NodeIdentity, Publication, RetentionRules, Store } from '@workflow-runner/contract';
import { ChainCheck } from '@workflow-runner/contract/audit';
import type { MongoStore } from '@workflow-runner/store/mongo';
import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { WORKFLOW } from '../../libs/testing/src/store-contract/lab.js';
import * as sample from '../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { CuttingDriver } from './cutting-driver.js';
import { Ground, join, running } from './ground.js';
import { Turns } from './turns.js';

const NOTHING_STAYS: RetentionRules = {
  instances: { completed: 1, failed: 1, cancelled: 1 },
  ...{ events: 1, idempotencyKeys: 1, statistics: 1, audit: 1 },
};
const EVERYTHING = 10_000;
/** More calls than a pass makes. */
const PASS_CALLS = 24;
const audit = sample.aNote('workflow:execute');

describeOnMongo('the ledger of the MongoDB store', (server) => {
  const ground = new Ground(server);
  const placeOf = ({ instanceId, revision }: Publication) => `${instanceId}/${revision}`;

  /** Leaves rows and entries of every kind: a pass has 2 starts, an end, 3 rows and 5 entries to carry. */
  async function write(store: Store, node: NodeIdentity, round: string): Promise<void> {
    const [one, two] = [`one${round}`, `two${round}`];
    const [receipt] = await store.create([
      sample.aStart(one, { claimBy: node, audit }),
      sample.aStart(two, { audit }),
    ]);
    if (receipt?.verdict !== 'created') throw new Error(`${one} was not created`);
    const commit = (revision: number, overrides: Parameters<typeof sample.aCommit>[1]) =>
      store.commit(sample.aCommit(receipt.record, { revision, ...overrides }));
    await commit(1, { entry: sample.anEntry({ tell: ['created', 'started'] }) });
    await store.send(sample.aSignal(two, { audit }));
    await store.publish([sample.anEvent(`e${round}`, { audit })]);
    await store.audit([sample.anAloneEntry(`r${round}`)]);
    await commit(2, { ...sample.aRest('failed'), entry: sample.anEntry({ tell: ['failed'] }) });
  }

  /** What comes while the pass is cut off: a row of an instance that it has read, and its end. */
  async function writeMore(store: Store, node: NodeIdentity, round: string): Promise<void> {
    const [claimed] = await store.claim(node, {
      limit: 1,
      workflowIds: [WORKFLOW],
      instanceIds: [`two${round}`],
    });
    if (!claimed) throw new Error(`two${round} was not claimed`);
    const entry = sample.anEntry({ tell: ['completed'] });
    await store.commit(sample.aCommit(claimed.record, { ...sample.aRest('completed'), entry }));
  }

  async function expectOnce(store: Store, rounds: readonly string[], hint: string): Promise<void> {
    const told = await store.publications(0, EVERYTHING, 'headlines');
    for (const round of rounds) {
      const ofRound = told.map(placeOf).filter((place) => /^(one|two)(.*)\//.exec(place)?.[2] === round);
      expect(ofRound, `${hint}: rows of ${round}`).toEqual([
        `two${round}/0`,
        `one${round}/1`,
        `one${round}/2`,
        `two${round}/1`,
      ]);
    }
    expect(
      told.map(({ position }) => position),
      hint,
    ).toEqual(told.map((_, index) => index + 1));
    const [minute] = await store.statistics(0);
    const count = rounds.length;
    expect(minute, hint).toMatchObject({ started: 2 * count, failed: count, completed: count });
    const entries = await trailOf(store);
    const expected = rounds.flatMap((round) => [
      ...[`start:one${round}`, `start:two${round}`, `signal:two${round}/s1`, `event:/e${round}`, `r${round}`],
    ]);
    expect(entries.sort(), hint).toEqual(expected.sort());
  }

  async function trailOf(store: Store): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | undefined, isLast = false; !isLast;) {
      const page = await store.auditTrail({}, { limit: 500, ...(cursor !== undefined && { cursor }) });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      isLast = cursor === undefined;
    }
    return ids;
  }

  async function isWhole(store: Store, name: string): Promise<boolean> {
    const chain = (await store.auditChains()).chains.find((one) => one.name === name);
    if (!chain) throw new Error(`There is no chain ${name}`);
    const check = new ChainCheck(chain);
    check.follow(await store.auditLinks(name, chain.base.sequence, EVERYTHING));
    return check.finish() === null;
  }

  it.each(['before', 'after'] as const)(
    'is the same wherever a pass is cut off, %s a call reached the server, and somebody else goes on',
    async (when) => {
      const writer = await ground.open();
      const node = await join(writer);
      const rounds: string[] = [];
      for (let call = 1, wasCut = true; wasCut; call += 1) {
        rounds.push(String(call));
        await write(writer, node, String(call));
        const cutting = new CuttingDriver();
        const doomed = await ground.open(cutting.intercept);
        cutting.arm(call, when);
        await doomed.positions().catch(() => undefined);
        ({ wasCut } = cutting);
        await writeMore(writer, node, String(call));

        await expectOnce(await ground.open(), rounds, `${when} ${call}: ${cutting.calls.at(-1)}`);
      }
      expect(rounds.length).toBeGreaterThan(15);
      expect(await writer.seal('a', EVERYTHING)).toBe(5 * rounds.length);
      expect(await isWhole(writer, 'a')).toBe(true);
      expect(await writer.check()).toEqual([]);
    },
  );

  it('gives each row one place when another process makes a whole pass between any two calls of one', async () => {
    const turns = new Turns();
    const [first, second] = [
      await ground.open(turns.player('first')),
      await ground.open(turns.player('second')),
    ];
    const writer = await ground.open();
    const node = await join(writer);
    const rounds: string[] = [];
    for (let calls = 0; calls <= PASS_CALLS; calls += 1) {
      rounds.push(String(calls));
      await write(writer, node, String(calls));
      await turns.play('f'.repeat(calls) + 's'.repeat(2 * PASS_CALLS), {
        first: () => first.positions(),
        second: () => second.positions(),
      });
      await writeMore(writer, node, String(calls));

      await expectOnce(writer, rounds, `behind call ${calls}`);
    }
  });

  it('begins a pass again when another process was first, which had read more and has not carried it out yet', async () => {
    const turns = new Turns();
    const [first, second] = [
      await ground.open(turns.player('first')),
      await ground.open(turns.player('second')),
    ];
    const writer = await ground.open(turns.player('writer'));
    const node = await join(writer);
    const rounds: string[] = [];
    for (const calls of [6, 7, 8, 9]) {
      for (const others of [7, 8, 9, 10, 11, 12]) {
        const [one, two] = [`${calls}a${others}`, `${calls}b${others}`];
        await write(writer, node, one);
        await turns.play('f'.repeat(calls) + 'w'.repeat(99) + 's'.repeat(others) + 'f'.repeat(99), {
          first: () => first.positions(),
          writer: () => write(writer, node, two),
          second: () => second.positions(),
        });
        for (const round of [one, two]) await writeMore(writer, node, round);

        await expectOnce(writer, [...rounds, one, two], `behind ${calls} and ${others} calls`);
        rounds.push(one, two);
      }
    }
    expect(await writer.seal('a', EVERYTHING)).toBe(5 * rounds.length);
  });

  it('misses nothing that is committed between any two calls of a pass', async () => {
    const turns = new Turns();
    const [passing, writer] = [
      await ground.open(turns.player('passing')),
      await ground.open(turns.player('writer')),
    ];
    const node = await join(writer);
    const rounds: string[] = [];
    for (let calls = 0; calls <= PASS_CALLS; calls += 1) {
      rounds.push(String(calls));
      await write(writer, node, String(calls));
      await turns.play('p'.repeat(calls) + 'w'.repeat(2 * PASS_CALLS), {
        passing: () => passing.positions(),
        writer: () => writeMore(writer, node, String(calls)),
      });

      await expectOnce(passing, rounds, `behind call ${calls}`);
    }
  });

  it('numbers side by side what several processes write at the same time', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => ground.open()));
    const nodes = await Promise.all(stores.map((store, index) => join(store, `node${index}`)));
    const rounds = Array.from({ length: 30 }, (_, index) => String(index));

    await Promise.all(
      rounds.map(async (round, index) => {
        const [store, node] = [stores[index % 3]!, nodes[index % 3]!];
        await write(store, node, round);
        await Promise.all(stores.map((one) => one.positions()));
        await writeMore(store, node, round);
        await store.statistics(0);
      }),
    );

    for (const store of stores) await expectOnce(store, rounds, 'in the end');
  });

  it('tells rows that have left the document of their instance', async () => {
    const store = await ground.open();
    const record = await running(store, 'long', await join(store));
    const entry = sample.anEntry({ tell: ['step.completed'], change: '{"at":1}' });
    for (let revision = 1; revision <= 1_200; revision += 1) {
      const snapshot = revision % 100 === 0 ? '{"at":"snapshot"}' : null;
      await store.commit(sample.aCommit(record, { revision, entry, snapshot }));
      if (revision % 200 === 0) await store.positions();
    }

    const told = await store.publications(0, EVERYTHING);

    expect(told.map(({ revision }) => revision)).toEqual(
      Array.from({ length: 1_200 }, (_, index) => index + 1),
    );
    expect(new Set(told.map(({ change }) => change))).toEqual(new Set(['{"at":1}']));
    expect(await countOf('journal')).toBeGreaterThan(0);
  });

  it('does not take an instance for another that had its id before', async () => {
    const store = await ground.open();
    const node = await join(store);
    const ending = { ...sample.aRest('completed'), entry: sample.anEntry({ tell: ['completed'] }) };
    const end = async (): Promise<void> => {
      const [receipt] = await store.create([sample.aStart('i1', { claimBy: node, audit })]);
      if (receipt?.verdict !== 'created') throw new Error('i1 was not created');
      await store.commit(sample.aCommit(receipt.record, ending));
    };
    await end();
    const [before] = await store.publications(0, 9);
    ground.clock.advance(10);
    await store.purge({ ...NOTHING_STAYS, audit: 1e9 }, 100);

    await end();

    const again = await store.publications(0, 9);
    expect(again.map(placeOf)).toEqual(['i1/1']);
    expect(again[0]?.position).toBeGreaterThan(before?.position ?? Infinity);
    expect(await trailOf(store)).toEqual(['start:i1', 'start:i1']);
    expect(await store.seal('a', 9)).toBe(2);
    expect(await isWhole(store, 'a')).toBe(true);
  });

  it('forgets what refers to nothing any more, and goes on counting', async () => {
    const store = await ground.open();
    const node = await join(store);
    const ending = { ...sample.aRest('completed'), entry: sample.anEntry({ tell: ['completed'] }) };
    for (const id of ['a', 'b', 'c']) {
      await store.commit(sample.aCommit(await running(store, id, node), ending));
      await store.positions();
    }
    expect(await countOf('ledger')).toBe(3);
    const { last } = await store.positions();
    ground.clock.advance(10);

    await store.purge(NOTHING_STAYS, 100);
    await store.purge(NOTHING_STAYS, 100);

    expect(await countOf('ledger')).toBe(1);
    expect(await store.positions()).toEqual({ last, deleted: last });
    await store.commit(sample.aCommit(await running(store, 'd', node), ending));
    expect((await store.publications(0, 9)).map(({ position }) => position)).toEqual([last + 1]);
  });

  it.each(['before', 'after'] as const)(
    'keeps chains whole wherever a sealer is cut off, %s a call reached the server',
    async (when) => {
      const writer = await ground.open();
      let written = 0;
      for (let call = 1, wasCut = true; wasCut; call += 1) {
        await writer.audit(['x', 'y', 'z'].map((id) => sample.anAloneEntry(`${id}${call}`)));
        written += 3;
        const cutting = new CuttingDriver();
        const doomed = await ground.open(cutting.intercept);
        cutting.arm(call, when);
        await doomed.seal('doomed', 2).catch(() => undefined);
        ({ wasCut } = cutting);

        await (await ground.open()).seal('heir', EVERYTHING);

        const { chains, unsealed } = await writer.auditChains();
        const hint = `${when} ${call}: ${cutting.calls.at(-1)}`;
        expect(unsealed, hint).toBe(0);
        expect(
          chains.reduce((sum, { head }) => sum + head.sequence, 0),
          hint,
        ).toBe(written);
        for (const { name } of chains) expect(await isWhole(writer, name), `${hint}: ${name}`).toBe(true);
      }
      expect(written).toBeGreaterThan(30);
      expect(await writer.check()).toEqual([]);
    },
  );

  it('lets two sealers of one chain pass each other', async () => {
    const turns = new Turns();
    const sealers: MongoStore[] = [
      await ground.open(turns.player('first')),
      await ground.open(turns.player('second')),
    ];
    const [first, second] = sealers as [MongoStore, MongoStore];
    const writer = await ground.open();
    for (let calls = 0; calls <= PASS_CALLS; calls += 1) {
      await writer.audit(['x', 'y', 'z'].map((id) => sample.anAloneEntry(`${id}${calls}`)));

      await turns.play('f'.repeat(calls) + 's'.repeat(2 * PASS_CALLS), {
        first: () => first.seal('a', 2),
        second: () => second.seal('a', 2),
      });

      expect((await writer.auditChains()).unsealed, `behind call ${calls}`).toBe(0);
      expect(await isWhole(writer, 'a'), `behind call ${calls}`).toBe(true);
    }
  });

  async function countOf(collection: string): Promise<number> {
    const client = new mongoose.mongo.MongoClient(ground.uri);
    try {
      return await client.db().collection(`wfr_${collection}`).countDocuments({});
    } finally {
      await client.close();
    }
  }
});
