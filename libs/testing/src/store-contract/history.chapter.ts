import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { running } from './owned-instance.js';
import { aCommit, aControl, anAttempt, anEntry, aRest, aStart } from './samples.js';

export function historyChapter(lab: Lab): void {
  async function withRows(count: number): Promise<void> {
    const record = await running(lab, 'i1', await lab.join('n'), { tenantId: 't1' });
    for (let revision = 1; revision <= count; revision += 1) {
      lab.clock.advance(1);
      await lab.store.commit(aCommit(record, { revision }));
    }
  }

  it('shows every commit as one row, oldest first', async () => {
    const record = await running(lab, 'i1', await lab.join('n'), { tenantId: 't1' });
    const attempt = anAttempt({ status: 'retrying' });
    lab.clock.advance(9);
    const [first, second, third] = [
      anEntry({ attempt, tell: ['step.failed'] }),
      anEntry({ kind: 'mark', change: '[1]' }),
      anEntry({ kind: 'control', control: aControl({ reason: null }) }),
    ];
    for (const [index, entry] of [first, second, third].entries()) {
      await lab.store.commit(aCommit(record, { revision: index + 1, entry }));
    }

    const { items, nextCursor } = await lab.store.history('i1', { limit: 10 });

    const common = {
      instanceId: 'i1',
      tenantId: 't1',
      workflowId: record.workflowId,
      node: 'n',
      at: lab.clock.now(),
    };
    expect(items).toEqual([
      { ...common, ...first, revision: 1 },
      { ...common, ...second, revision: 2 },
      { ...common, ...third, revision: 3 },
    ]);
    expect(nextCursor).toBeNull();
  });

  it('goes through all rows page by page, in either order', async () => {
    await withRows(5);

    expect(await revisions('oldest')).toEqual([[1, 2], [3, 4], [5]]);
    expect(await revisions('newest')).toEqual([[5, 4], [3, 2], [1]]);
  });

  it('keeps who asked for what an owner granted, and why, word for word', async () => {
    const record = await running(lab, 'i1', await lab.join());
    const control = aControl();

    await lab.store.commit(
      aCommit(record, { ...aRest('cancelled'), entry: anEntry({ control, tell: ['cancelled'] }) }),
    );

    expect((await lab.store.history('i1', { limit: 10 })).items).toMatchObject([{ control }]);
    expect(await lab.store.publications(0, 10)).toMatchObject([{ control }]);
  });

  it('shows the rows with a wish alone when asked for them, page by page, in either order', async () => {
    const record = await running(lab, 'i1', await lab.join());
    for (let revision = 1; revision <= 6; revision += 1) {
      const control = revision % 2 === 0 ? aControl({ askedAt: revision }) : null;
      await lab.store.commit(aCommit(record, { revision, entry: anEntry({ control }) }));
    }

    expect(await revisions('oldest', true)).toEqual([[2, 4], [6]]);
    expect(await revisions('newest', true)).toEqual([[6, 4], [2]]);
  });

  it('begins with the start of an instance that nobody claimed at once', async () => {
    await lab.store.create([aStart('i1')]);

    const { items } = await lab.store.history('i1', { limit: 10 });

    expect(items).toMatchObject([{ revision: 0, kind: 'created', node: null, tell: ['created'] }]);
  });

  it('is empty for an instance nobody knows', async () => {
    expect(await lab.store.history('nobody', { limit: 10 })).toEqual({ items: [], nextCursor: null });
  });

  async function revisions(order: 'oldest' | 'newest', controlsOnly = false): Promise<number[][]> {
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const page = await lab.store.history('i1', {
        limit: 2,
        order,
        controlsOnly,
        ...(cursor !== undefined && { cursor }),
      });
      pages.push(page.items.map(({ revision }) => revision));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return pages;
  }
}
