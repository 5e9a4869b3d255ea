import { expect, it } from 'vitest';
import type { InstanceFilter, PageRequest } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, aFailure, aRest, aStart } from './samples.js';

export function queryChapter(lab: Lab): void {
  async function ids(filter: InstanceFilter, page: Partial<PageRequest> = {}): Promise<string[]> {
    const { items } = await lab.store.list(filter, { limit: 100, order: 'oldest', ...page });
    return items.map(({ id }) => id);
  }

  it('lists the newest first, or the oldest when asked to', async () => {
    for (const id of ['b', 'a', 'c']) await lab.store.create([aStart(id)]);

    expect(await ids({}, { order: 'newest' })).toEqual(['c', 'a', 'b']);
    expect(await ids({})).toEqual(['b', 'a', 'c']);
    expect((await lab.store.list({}, { limit: 9 })).items.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });

  it('says where instances stand, and leaves out those it does not know', async () => {
    const owned = await running(lab, 'r', await lab.join('n'));
    await lab.store.create([aStart('p')]);
    await lab.store.commit(aCommit(owned, aRest('completed')));

    const statuses = await lab.store.statuses(['r', 'p', 'nobody', 'p']);

    expect(Object.fromEntries(statuses)).toEqual({ r: 'completed', p: 'pending' });
    expect((await lab.store.statuses([])).size).toBe(0);
  });

  it('misses and repeats nothing from page to page while new instances arrive', async () => {
    await lab.store.create(Array.from({ length: 5 }, (_, i) => aStart(`i${i}`)));
    const first = await lab.store.list({}, { limit: 3 });
    await lab.store.create([aStart('new')]);

    const second = await lab.store.list({}, { limit: 3, cursor: first.nextCursor ?? '' });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['i4', 'i3', 'i2', 'i1', 'i0']);
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ['tenant', { tenantId: 't1' }],
    ['name space', { nameSpace: 'shop' }],
    ['name', { name: 'order' }],
    ['version', { version: '2.0.0' }],
    ['correlation id', { correlationId: 'c-77' }],
    ['another definition', { otherThanHash: 'hash-1' }],
    ['tag', { tag: { key: 'region', value: 'eu' } }],
    ['part of the id', { search: 'atch' }],
    ['part of the workflow id', { search: 'shop.ord' }],
    ['part of the correlation id', { search: '-77' }],
    [
      'moment of creation',
      { createdFrom: Date.UTC(2026, 0, 1) + 500, createdTo: Date.UTC(2026, 0, 1) + 1_500 },
    ],
  ] satisfies [string, InstanceFilter][])('finds instances by %s', async (_, filter) => {
    await lab.store.create([aStart('i1', { tags: { region: 'us' } })]);
    lab.clock.advance(1_000);
    await lab.store.create([
      aStart('match', {
        tenantId: 't1',
        nameSpace: 'shop',
        name: 'order',
        version: '2.0.0',
        workflowId: 'shop.order@2.0.0',
        correlationId: 'c-77',
        definitionHash: 'hash-2',
        tags: { region: 'eu', other: 'x' },
      }),
    ]);
    lab.clock.advance(1_000);
    await lab.store.create([aStart('i3')]);

    expect(await ids(filter)).toEqual(['match']);
  });

  it('finds instances by status, reason, category of the failure and moment of the end', async () => {
    const node = await lab.join();
    const at = lab.clock.now();
    await running(lab, 'running', node);
    await resting(lab, 'failed', node, 'failed', { rest: { statusReason: 'CARD', failure: aFailure() } });
    lab.clock.advance(1_000);
    await resting(lab, 'completed', node, 'completed');

    expect(await ids({ status: ['failed', 'running'] })).toEqual(['running', 'failed']);
    expect(await ids({ status: [] })).toEqual([]);
    expect(await ids({ statusReason: 'CARD' })).toEqual(['failed']);
    expect(await ids({ failureCategory: 'validation' })).toEqual(['failed']);
    expect(await ids({ failureCategory: 'network' })).toEqual([]);
    expect(await ids({ endedFrom: at + 1 })).toEqual(['completed']);
    expect(await ids({ endedTo: at })).toEqual(['failed']);
    expect(await ids({ status: ['failed'], statusReason: 'other' })).toEqual([]);
  });

  it('finds instances by their owner, whatever their status', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    await running(lab, 'i1', a);
    await running(lab, 'i2', b);
    await resting(lab, 'i3', a, 'failed');
    const again = await lab.join('a');
    await running(lab, 'i4', again);

    expect(await ids({ owner: again })).toEqual(['i4']);
    expect(await ids({ owner: b })).toEqual(['i2']);
    expect(await ids({ owner: a })).toEqual([]);
  });

  it('takes wild cards of its query language as plain text', async () => {
    await lab.store.create([aStart('a%b'), aStart('a_b'), aStart("a'b")]);

    expect(await ids({ search: '%' })).toEqual(['a%b']);
    expect(await ids({ search: '_' })).toEqual(['a_b']);
    expect(await ids({ search: "'" })).toEqual(["a'b"]);
  });

  it('shows the revision of a running instance as it is, in lists too', async () => {
    const record = await running(lab, 'i1', await lab.join());
    lab.clock.advance(3);
    await lab.store.commit(aCommit(record));

    const { items } = await lab.store.list({}, { limit: 1 });

    expect(items[0]).toMatchObject({ revision: 1, updatedAt: lab.clock.now() });
    expect(items[0]).toEqual((await lab.load('i1')).record);
  });

  it('counts by status, zeros included', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1'), aStart('i2', { tenantId: 't1' })]);
    await resting(lab, 'i3', node, 'completed');

    const none = { pending: 0, running: 0, waiting: 0, paused: 0, completed: 0, failed: 0, cancelled: 0 };
    expect(await lab.store.countByStatus({})).toEqual({ ...none, pending: 2, completed: 1 });
    expect(await lab.store.countByStatus({ tenantId: 't1' })).toEqual({ ...none, pending: 1 });
  });

  it.each([{ limit: 0 }, { limit: 501 }, { limit: 1.5 }, { limit: 5, cursor: 'x' }])(
    'refuses a page that cannot be: %o',
    async (page) => {
      await expect(lab.store.list({}, page)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(lab.store.history('i1', page)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    },
  );

  it('knows no instance that was never started', async () => {
    expect(await lab.store.load('nobody')).toBeNull();
    expect(await lab.store.event(null, 'nothing')).toBeNull();
  });
}
