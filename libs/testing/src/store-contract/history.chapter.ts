import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { running } from './owned-instance.js';
import { aCommit, anAttempt, aStart } from './samples.js';

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
    await lab.store.commit(
      aCommit(record, { entry: { kind: 'step', attempt, change: '{}', tell: ['step.failed'] } }),
    );
    await lab.store.commit(
      aCommit(record, { revision: 2, entry: { kind: 'mark', attempt: null, change: '[1]', tell: [] } }),
    );

    const { items, nextCursor } = await lab.store.history('i1', { limit: 10 });

    const common = {
      instanceId: 'i1',
      tenantId: 't1',
      workflowId: record.workflowId,
      node: 'n',
      at: lab.clock.now(),
    };
    expect(items).toEqual([
      { ...common, revision: 1, kind: 'step', attempt, change: '{}', tell: ['step.failed'] },
      { ...common, revision: 2, kind: 'mark', attempt: null, change: '[1]', tell: [] },
    ]);
    expect(nextCursor).toBeNull();
  });

  it('goes through all rows page by page, in either order', async () => {
    await withRows(5);

    expect(await revisions('oldest')).toEqual([[1, 2], [3, 4], [5]]);
    expect(await revisions('newest')).toEqual([[5, 4], [3, 2], [1]]);
  });

  it('begins with the start of an instance that nobody claimed at once', async () => {
    await lab.store.create([aStart('i1')]);

    const { items } = await lab.store.history('i1', { limit: 10 });

    expect(items).toMatchObject([{ revision: 0, kind: 'created', node: null, tell: ['created'] }]);
  });

  it('is empty for an instance nobody knows', async () => {
    expect(await lab.store.history('nobody', { limit: 10 })).toEqual({ items: [], nextCursor: null });
  });

  async function revisions(order: 'oldest' | 'newest'): Promise<number[][]> {
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const page = await lab.store.history('i1', {
        limit: 2,
        order,
        ...(cursor !== undefined && { cursor }),
      });
      pages.push(page.items.map(({ revision }) => revision));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return pages;
  }
}
