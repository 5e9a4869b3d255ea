import { expect, it } from 'vitest';
import type { RetentionRules } from '@workflow-runner/contract';
import { auditHash, ChainCheck } from '@workflow-runner/contract/audit';
import type { Lab } from './lab.js';
import { anAloneEntry, aNote, aStart } from './samples.js';

const DAY = 86_400_000;
const RULES: RetentionRules = {
  instances: { completed: DAY, failed: DAY, cancelled: DAY },
  ...{ events: DAY, idempotencyKeys: DAY, statistics: DAY },
  audit: 2 * DAY,
};

/** Entries are taken into chains, and stay verifiable while the oldest go. */
export function sealingChapter(lab: Lab): void {
  const write = async (...ids: string[]): Promise<void> => {
    for (const id of ids) await lab.store.audit([anAloneEntry(id)]);
  };
  const sealed = async () =>
    (await lab.store.auditTrail({}, { limit: 100, order: 'oldest' })).items.map(
      ({ id, seal }) => `${id} ${seal === null ? '-' : `${seal.chain}${seal.sequence}`}`,
    );
  const verify = async (name: string, pageSize = 2) => {
    const chain = (await lab.store.auditChains()).chains.find((one) => one.name === name);
    if (!chain) throw new Error(`There is no chain ${name}`);
    const check = new ChainCheck(chain);
    for (;;) {
      const links = await lab.store.auditLinks(name, check.sequence, pageSize);
      if (links.length === 0 || !check.follow(links)) return check.finish();
    }
  };

  it('takes the oldest first, in order of their commits, as many as it may', async () => {
    await write('e1', 'e2', 'e3');

    expect(await lab.store.seal('a', 2)).toBe(2);
    expect(await sealed()).toEqual(['e1 a1', 'e2 a2', 'e3 -']);
    expect(await lab.store.seal('a', 2)).toBe(1);
    expect(await lab.store.seal('a', 2)).toBe(0);
    expect(await sealed()).toEqual(['e1 a1', 'e2 a2', 'e3 a3']);
  });

  it('gives each entry the hash of what it says and of the one before', async () => {
    await lab.store.create([
      aStart('i1', { tenantId: 't', audit: aNote('workflow:execute', { details: { b: 1, a: 'x' } }) }),
    ]);
    await write('e2');
    await lab.store.seal('a', 10);

    const [first, second] = (await lab.store.auditTrail({}, { limit: 2, order: 'oldest' })).items;
    const hash = auditHash('a', { sequence: 0, hash: '' }, first!);
    expect(first?.seal).toEqual({ chain: 'a', sequence: 1, hash });
    expect(second?.seal?.hash).toBe(auditHash('a', { sequence: 1, hash }, second!));
    const { chains } = await lab.store.auditChains();
    expect(chains).toEqual([
      { name: 'a', base: { sequence: 0, hash: '' }, head: { sequence: 2, hash: second?.seal?.hash } },
    ]);
  });

  it('lets two sealers share the work and never the entry, whoever has written it', async () => {
    const second = await lab.second();
    await write('e1', 'e2', 'e3', 'e4', 'e5');

    const counts = await Promise.all([
      lab.store.seal('a', 2),
      second.seal('b', 2),
      lab.store.seal('a', 2),
      second.seal('b', 2),
    ]);

    expect(counts.reduce((sum, count) => sum + count)).toBe(5);
    const chains = (await sealed()).map((text) => text.split(' ')[1]);
    expect(new Set(chains).size).toBe(5);
    expect(chains).not.toContain('-');
    for (const { name } of (await lab.store.auditChains()).chains) expect(await verify(name)).toBeNull();
  });

  it('says how many are not sealed', async () => {
    expect(await lab.store.auditChains()).toEqual({ chains: [], unsealed: 0 });
    await write('e1', 'e2', 'e3');
    await lab.store.seal('a', 1);
    expect((await lab.store.auditChains()).unsealed).toBe(2);
  });

  it('gives the links of one chain in order, in pages', async () => {
    await write('e1');
    await lab.store.seal('a', 9);
    await write('e2');
    await lab.store.seal('b', 9);
    await write('e3', 'e4');
    await lab.store.seal('a', 9);
    const ids = async (...asked: [string, number, number]) =>
      (await lab.store.auditLinks(...asked)).map(({ sequence, entry }) => `${sequence} ${entry?.id}`);

    expect(await ids('a', 0, 2)).toEqual(['1 e1', '2 e3']);
    expect(await ids('a', 2, 2)).toEqual(['3 e4']);
    expect(await ids('b', 0, 9)).toEqual(['1 e2']);
    expect(await ids('nobody', 0, 9)).toEqual([]);
  });

  it('deletes sealed entries that have had their time, and what stays can be verified', async () => {
    await write('old1', 'old2');
    await lab.store.seal('a', 9);
    await write('old3');
    await lab.store.seal('b', 9);
    lab.clock.advance(DAY);
    await write('young');
    await lab.store.seal('a', 9);
    lab.clock.advance(DAY);

    expect(await lab.store.purge(RULES, 2)).toBe(2);
    expect(await sealed()).toEqual(['old3 b1', 'young a3']);
    expect(await lab.store.purge(RULES, 100)).toBe(1);
    expect(await sealed()).toEqual(['young a3']);
    expect((await lab.store.auditChains()).chains[0]?.base.sequence).toBe(2);
    expect(await verify('a')).toBeNull();
    expect(await lab.store.check()).toEqual([]);
  });

  it('never deletes what is not sealed', async () => {
    await write('e1');
    lab.clock.advance(30 * DAY);

    expect(await lab.store.purge(RULES, 100)).toBe(0);
    expect(await sealed()).toEqual(['e1 -']);
  });

  it('forgets a chain with its last entry, unless its node lives: that goes on where it stood', async () => {
    const node = await lab.join('a');
    await write('e1');
    await lab.store.seal('a', 9);
    await write('e2');
    await lab.store.seal('gone', 9);
    lab.clock.advance(2 * DAY);
    await lab.store.purge(RULES, 100);

    expect((await lab.store.auditChains()).chains.map(({ name }) => name)).toEqual(['a']);
    await write('e3');
    await lab.store.seal('a', 9);
    expect(await sealed()).toEqual(['e3 a2']);
    expect(await verify('a')).toBeNull();
    await lab.store.leave(node);
    lab.clock.advance(2 * DAY);
    await lab.store.purge(RULES, 100);
    expect(await lab.store.auditChains()).toEqual({ chains: [], unsealed: 0 });
  });

  it('goes on with entries after all were deleted', async () => {
    await write('e1', 'e2');
    await lab.store.seal('a', 9);
    lab.clock.advance(2 * DAY);
    await lab.store.purge(RULES, 100);
    await write('e3');
    await lab.store.seal('a', 9);

    expect(await sealed()).toEqual(['e3 a1']);
    expect(await verify('a')).toBeNull();
  });

  if (lab.features.persists) {
    it('finds entries and chains again, and seals what another process has left', async () => {
      await write('e1', 'e2');
      await lab.store.seal('a', 1);
      const store = await lab.under.reopen!();

      expect(await store.seal('b', 9)).toBe(1);
      const { items } = await store.auditTrail({}, { limit: 9, order: 'oldest' });
      expect(items.map(({ id, seal }) => [id, seal?.chain])).toEqual([
        ['e1', 'a'],
        ['e2', 'b'],
      ]);
      expect(await store.check()).toEqual([]);
    });
  }
}
