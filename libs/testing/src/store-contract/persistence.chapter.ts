import { expect, it } from 'vitest';
import type { Store } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, anEvent, aStart, aWait } from './samples.js';

export function persistenceChapter(lab: Lab): void {
  it('says that it is healthy while open and closed afterwards', async () => {
    expect(lab.store.health()).toMatchObject({ status: 'healthy', detail: null });

    await lab.store.close();

    expect(lab.store.health().status).toBe('closed');
  });

  it('refuses everything while closed, and closes twice without harm', async () => {
    await lab.store.close();
    await lab.store.close();

    await expect(lab.store.create([aStart('i1')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(lab.store.load('i1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('finds no damage in what it wrote itself', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(record));
    await resting(lab, 'i2', node, 'waiting', { commit: { subscribe: [aWait('i2', 0)] } });

    expect(await lab.store.check()).toEqual([]);
  });
  if (lab.features.persists) persistentChapter(lab);
  if (lab.features.hasSchema) schemaChapter(lab);
}

function persistentChapter(lab: Lab): void {
  it('finishes what is under way before it closes', async () => {
    const writes = Array.from({ length: 20 }, (_, i) => lab.store.create([aStart(`i${i}`)]));
    const store = await reopen(lab);

    const verdicts = (await Promise.all(writes)).flat().map(({ verdict }) => verdict);

    expect(new Set(verdicts)).toEqual(new Set(['created']));
    expect((await store.list({}, { limit: 50 })).items).toHaveLength(20);
  });

  it('remembers everything that was acknowledged', async () => {
    const node = await lab.join('n');
    const record = await running(lab, 'i1', node, { tags: { a: 'b' }, idempotencyKey: 'k' });
    await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', 0)] }));
    await lab.store.publish([anEvent('e1')]);
    await resting(lab, 'i2', node, 'waiting', { rest: { wakeAt: lab.clock.now() + 5 } });
    await lab.store.saveCursor('amq', 4);
    const before = [await lab.load('i1'), await lab.load('i2'), await lab.store.publications(0, 99)];

    const store = await reopen(lab);

    expect([await store.load('i1'), await store.load('i2'), await store.publications(0, 99)]).toEqual(before);
    expect(await store.cursor('amq')).toBe(4);
    expect(await store.nextDueAt()).toBe(lab.clock.now() + 5);
    expect(await store.create([aStart('i3', { idempotencyKey: 'k' })])).toEqual([
      { verdict: 'existing', instanceId: 'i1' },
    ]);
  });

  it('knows after a restart that the former node is gone, and frees its work when it joins again', async () => {
    const node = await lab.join('n');
    await running(lab, 'i1', node);
    const store = await reopen(lab);
    const provenGone = lab.features.provesDeaths;
    expect(await store.nodes()).toMatchObject([{ nodeId: 'n', state: 'alive', provenGone }]);

    const next = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: [] });

    expect(next.epoch).toBe(node.epoch + 1);
    expect((await store.load('i1'))?.record).toMatchObject({ owner: null, fence: 2, crashes: 1 });
  });

  it('goes on counting positions and epochs where it stopped', async () => {
    await lab.store.create([aStart('i1')]);
    const [before] = await lab.store.publications(0, 9);
    const store = await reopen(lab);

    await store.create([aStart('i2')]);

    const after = await store.publications(before?.position ?? 0, 9);
    expect(after.map(({ instanceId }) => instanceId)).toEqual(['i2']);
  });
}

function schemaChapter(lab: Lab): void {
  it('refuses a store that a newer version has made unreadable, by name', async () => {
    await lab.store.close();
    await lab.under.pretendSchema?.(9_999, 9_999);

    await expect(lab.under.reopen?.()).rejects.toMatchObject({ code: 'STORE_TOO_NEW', found: 9_999 });
  });

  it('goes on with a newer schema that still admits this version', async () => {
    await lab.store.create([aStart('i1')]);
    await lab.store.close();
    await lab.under.pretendSchema?.(9_999, 1);

    const store = await reopen(lab);

    expect(await store.load('i1')).not.toBeNull();
  });
}

function reopen({ under }: Lab): Promise<Store> {
  if (!under.reopen) throw new Error('A store that persists must be given with `reopen`');
  return under.reopen();
}
