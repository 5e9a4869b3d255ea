import type { ClaimRequest, Store } from '@workflow-runner/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDriver, type Driver, type Statement } from '../../libs/store/src/sqlite/driver.js';
import { aStart } from './samples.js';
import { makeSqlite } from './sqlite-lab.js';

const MANY = 10_000;
const LIMIT = 3;
const REQUEST: ClaimRequest = {
  limit: 50,
  workflowIds: ['contract.sample@1.0.0', 'contract.free@1.0.0'],
  limits: [{ nameSpace: 'contract', name: 'sample', limit: LIMIT }],
};

/** What statements of a claim were carried out, and how many rows they gave or changed. */
class Counted {
  calls = 0;
  rows = 0;

  over(driver: Driver): Driver {
    const count = <T>(result: T, rows: number): T => {
      this.calls += 1;
      this.rows += rows;
      return result;
    };
    const watched = (statement: Statement): Statement => ({
      run: (...values) => {
        const result = statement.run(...values);
        return count(result, 0);
      },
      get: (...values) => count(statement.get(...values), 1),
      all: (...values) => {
        const rows = statement.all(...values);
        return count(rows, rows.length);
      },
    });
    return new Proxy(driver, {
      get: (target, name) => {
        if (name === 'prepare') return (sql: string) => watched(target.prepare(sql));
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }

  reset(): void {
    this.calls = 0;
    this.rows = 0;
  }
}

describe('A SQLite store with thousands that wait for a slot', () => {
  let under: Awaited<ReturnType<typeof makeSqlite>>;
  let store: Store;
  const counted = new Counted();
  let node: Awaited<ReturnType<Store['join']>>;

  beforeEach(async () => {
    const opener = await loadDriver();
    under = await makeSqlite({ driver: (path) => counted.over(opener(path)) });
    ({ store } = under);
    node = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: REQUEST.workflowIds });
    await store.create(Array.from({ length: MANY }, (_, i) => aStart(`i${i}`)));
    counted.reset();
  });
  afterEach(() => under.dispose());

  it('lets all that become due at once queue with a few statements', async () => {
    expect(await store.claim(node, REQUEST)).toHaveLength(LIMIT);

    expect(await store.countByStatus({ statusReason: 'slot' })).toMatchObject({ pending: MANY - LIMIT });
    expect(counted.calls).toBeLessThan(50);
  });

  it('touches none of them with the next claims, and gives what is due beside them', async () => {
    const [first] = await store.claim(node, REQUEST);
    await store.create([aStart('free', { name: 'free', workflowId: 'contract.free@1.0.0' })]);
    counted.reset();

    const claimed = [await store.claim(node, REQUEST), await store.claim(node, REQUEST)];

    expect(claimed.map((all) => all.map(({ record }) => record.id))).toEqual([['free'], []]);
    expect([counted.calls, counted.rows].map((most) => most < 50)).toEqual([true, true]);
    await store.release(node, first!.record.id, first!.record.fence, { wakeAt: 9e15, statusReason: 'later' });
    counted.reset();
    expect(await store.claim(node, REQUEST)).toMatchObject([{ record: { id: `i${LIMIT}` } }]);
    expect(counted.rows).toBeLessThan(20);
  });
});
