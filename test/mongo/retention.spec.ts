import { describe, expect, it } from 'vitest';
import type { NodeIdentity, RetentionRules } from '@workflow-runner/contract';
import type { MongoStore } from '@workflow-runner/store/mongo';
import {
  aCommit,
  aControl,
  aMark,
  anEntry,
  aRest,
  aStart,
} from '../../libs/testing/src/store-contract/samples.js';
import type { MongoDriver } from '../../libs/store/src/mongo/driver.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { CuttingDriver } from './cutting-driver.js';
import { Ground, join, loaded, running } from './ground.js';

const DAY = 86_400_000;
const RULES: RetentionRules = {
  instances: { completed: DAY, failed: DAY, cancelled: DAY },
  events: DAY,
  idempotencyKeys: 9 * DAY,
  statistics: 9 * DAY,
  audit: 9 * DAY,
};

describeOnMongo('journals and retention of the MongoDB store', (server) => {
  const ground = new Ground(server);

  describe('a journal that is too long for its document', () => {
    const ROWS = 900;

    async function longOne(store: MongoStore, node: NodeIdentity): Promise<void> {
      const record = await running(store, 'long', node);
      const at = (revision: number): Promise<unknown> => {
        const control = revision % 100 === 0 ? aControl({ askedAt: revision }) : null;
        const rest =
          revision === ROWS ? aRest('completed') : { snapshot: revision % 425 === 0 ? '{}' : null };
        const entry = anEntry({ control, tell: ['step.completed'] });
        return store.commit(aCommit(record, { revision, entry, ...rest }));
      };
      for (let after = 0; after < ROWS; after += 25)
        await Promise.all(Array.from({ length: 25 }, (_, i) => at(after + i + 1)));
    }

    async function revisions(
      store: MongoStore,
      order: 'oldest' | 'newest',
      controlsOnly: boolean,
    ): Promise<number[]> {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.history('long', {
          limit: 170,
          order,
          controlsOnly,
          ...(cursor !== undefined && { cursor }),
        });
        found.push(...page.items.map(({ revision }) => revision));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return found;
    }

    it('is shown as one, in either order, and goes bit by bit', async () => {
      let chunks = 0;
      const store = await ground.open((driver) => countInserts(driver, 'journal', () => (chunks += 1)));
      await longOne(store, await join(store));
      expect(chunks).toBeGreaterThanOrEqual(2);
      const all = Array.from({ length: ROWS }, (_, i) => i + 1);
      const wishes = all.filter((revision) => revision % 100 === 0);

      expect(await revisions(store, 'oldest', false)).toEqual(all);
      expect(await revisions(store, 'newest', false)).toEqual([...all].reverse());
      expect(await revisions(store, 'oldest', true)).toEqual(wishes);
      expect(await revisions(store, 'newest', true)).toEqual([...wishes].reverse());
      expect(await store.check()).toEqual([]);

      ground.clock.advance(DAY);
      const counts: number[] = [];
      while (counts.at(-1) !== 0) {
        counts.push(await store.purge(RULES, 300));
        const gone = counts.reduce((sum, count) => sum + count, 0);
        expect(await revisions(store, 'oldest', false)).toEqual(all.slice(gone));
        expect(await store.check()).toEqual([]);
      }
      expect(counts).toEqual([300, 300, 300, 1, 0]);
    });
  });

  it('goes on with a purge that was cut off anywhere, and harms nothing else', async () => {
    const survivor = await ground.open();
    const node = await join(survivor);
    let deaths = 0;
    // Cut off after a call is cut off before the next one: the server is in the same state.
    for (let isThrough = false; !isThrough; deaths += 1) {
      const ids = ['keyed', 'plain', 'young'].map((kind) => `${kind}-${deaths}`);
      const [keyed = '', plain = '', young = ''] = ids;
      await ended(survivor, node, keyed, keyed);
      await ended(survivor, node, plain);
      ground.clock.advance(DAY);
      await ended(survivor, node, young);
      const cutting = new CuttingDriver();
      const dying = await ground.open(cutting.intercept);
      cutting.arm(deaths + 1, 'before');
      await dying.purge(RULES, 100).catch(() => 0);
      isThrough = !cutting.wasCut;

      await survivor.purge(RULES, 100);
      expect([...(await survivor.statuses(ids)).keys()]).toEqual([young]);
      const [again] = await survivor.create([aStart('again', { idempotencyKey: keyed })]);
      expect(again).toEqual({ verdict: 'existing', instanceId: keyed });
    }
    expect(deaths).toBeGreaterThan(20);
    expect(await survivor.check()).toEqual([]);
  });

  it.each(['plain', 'keyed'])(
    'keeps a %s instance whole that is retried while it is about to go',
    async (kind) => {
      const other = await ground.open();
      const node = await join(other);
      await ended(other, node, 'i1', kind === 'keyed' ? 'k' : null, 'failed');
      ground.clock.advance(DAY);
      const before = await loaded(other, 'i1');
      let retried = 0;
      const retry = async (): Promise<void> => {
        if ((retried += 1) === 1) await other.control(aMark('i1', 'retry'));
      };
      const store = await ground.open((driver) => beforeDeath(driver, retry));

      await store.purge(RULES, 100);

      expect(retried).toBe(1);
      const after = await loaded(other, 'i1');
      const { control, wakeAt, updatedAt } = before.record;
      expect({ ...after, record: { ...after.record, control, wakeAt, updatedAt } }).toEqual(before);
      expect(after.record.control?.action).toBe('retry');
    },
  );

  it('gives a key free after its time although its instance goes on, whose record shows it still', async () => {
    const store = await ground.open();
    await store.create([aStart('i1', { idempotencyKey: 'k' })]);
    ground.clock.advance(9 * DAY);

    expect(await store.purge({ ...RULES, statistics: 99 * DAY }, 100)).toBe(1);

    expect((await store.create([aStart('i2', { idempotencyKey: 'k' })]))[0]?.verdict).toBe('created');
    expect((await loaded(store, 'i1')).record.idempotencyKey).toBe('k');
    expect((await store.create([aStart('i3', { idempotencyKey: 'k' })]))[0]).toEqual({
      verdict: 'existing',
      instanceId: 'i2',
    });
  });

  async function ended(
    store: MongoStore,
    node: NodeIdentity,
    id: string,
    idempotencyKey: string | null = null,
    status: 'completed' | 'failed' = 'completed',
  ): Promise<void> {
    const [receipt] = await store.create([aStart(id, { claimBy: node, idempotencyKey })]);
    if (receipt?.verdict !== 'created') throw new Error(`${id} was not created`);
    const entry = anEntry({ tell: [status] });
    await store.commit(aCommit(receipt.record, { entry, ...aRest(status) }));
  }
});

function countInserts(driver: MongoDriver, collection: string, count: () => void): MongoDriver {
  return calling(driver, (name, [where]) => {
    if (name === 'insertOne' && where === collection) count();
  });
}

/** Does something before instances are deleted or buried. */
function beforeDeath(driver: MongoDriver, something: () => Promise<void>): MongoDriver {
  return calling(driver, async (name, [where, , update]) => {
    const buries = name === 'updateMany' && JSON.stringify(update).includes('"snap"');
    if (where === 'instances' && (name === 'deleteMany' || buries)) await something();
  });
}

function calling(
  driver: MongoDriver,
  before: (name: string, parts: readonly unknown[]) => Promise<void> | void,
): MongoDriver {
  return new Proxy(driver, {
    get: (target, name: keyof MongoDriver) => {
      const call = (target[name] as (...parts: unknown[]) => unknown).bind(target);
      if (name === 'watch') return call;
      return async (...parts: unknown[]) => {
        await before(name, parts);
        return call(...parts);
      };
    },
  });
}
