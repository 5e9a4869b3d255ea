import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { aStart } from './samples.js';

export function createChapter(lab: Lab): void {
  it('starts an instance as pending, due at once, owned by nobody', async () => {
    const [receipt] = await lab.store.create([aStart('i1')]);

    expect(receipt).toMatchObject({
      verdict: 'created',
      record: { id: 'i1', status: 'pending', owner: null, fence: 0, revision: 0, wakeAt: lab.clock.now() },
    });
    expect((await lab.load('i1')).snapshot).toBe('{"at":0}');
  });

  it('reads a start back exactly as it was asked for', async () => {
    const asked = aStart('i1', {
      tenantId: 't1',
      priority: 'high',
      correlationId: 'c1',
      traceparent: '00-1-2-01',
      caller: { subject: 'ann', kind: 'user', roles: ['a', 'b'], tenantId: 't1', correlationId: 'c1' },
      origin: { kind: 'schedule', id: 's1', fireTime: 17 },
      concurrencyKey: 'lane',
      idempotencyKey: 'key',
      tags: { shop: 'b"erlin', 'a b': '' },
      deadlineAt: 99,
    });
    await lab.store.create([asked]);

    const { record } = await lab.load('i1');

    const { snapshot: _1, delayUntil: _2, digest: _3, claimBy: _4, slotLimit: _5, ...origin } = asked;
    expect(record).toMatchObject(origin);
  });

  it('gives a start that a node wants to that node, running with fence 1', async () => {
    const node = await lab.join();

    const [receipt] = await lab.store.create([aStart('i1', { claimBy: node })]);

    expect(receipt).toMatchObject({
      record: { status: 'running', owner: node, fence: 1, startedAt: lab.clock.now() },
    });
    expect((await lab.load('i1')).record.owner).toEqual(node);
  });

  it('starts an instance without an owner when the node that wants it was declared dead', async () => {
    const node = await lab.join();
    await lab.store.takeover(node);

    const [receipt] = await lab.store.create([aStart('i1', { claimBy: node })]);

    expect(receipt).toMatchObject({ verdict: 'created', record: { status: 'pending', owner: null } });
  });

  it('does not make a delayed start due before its time', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1', { delayUntil: lab.clock.now() + 1_000 })]);

    expect(await lab.claimDue(node)).toEqual([]);
    lab.clock.advance(1_000);
    expect(await lab.claimDue(node)).toHaveLength(1);
  });

  it('answers a repeated idempotency key with the first instance and starts nothing', async () => {
    await lab.store.create([aStart('i1', { idempotencyKey: 'k' })]);

    const [receipt] = await lab.store.create([aStart('i2', { idempotencyKey: 'k' })]);

    expect(receipt).toEqual({ verdict: 'existing', instanceId: 'i1' });
    expect(await lab.store.load('i2')).toBeNull();
  });

  it('refuses an idempotency key that was used with another content', async () => {
    await lab.store.create([aStart('i1', { idempotencyKey: 'k' })]);

    const [receipt] = await lab.store.create([aStart('i2', { idempotencyKey: 'k', digest: 'other' })]);

    expect(receipt).toEqual({ verdict: 'conflict', instanceId: 'i1' });
    expect(await lab.store.load('i2')).toBeNull();
  });

  it('lets one of many starts with the same key win, whichever object they come through', async () => {
    const second = await lab.second();
    const starts = Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? second : lab.store).create([aStart(`i${i}`, { idempotencyKey: 'k' })]),
    );

    const receipts = (await Promise.all(starts)).flat();

    expect(receipts.filter(({ verdict }) => verdict === 'created')).toHaveLength(1);
    expect((await lab.store.list({}, { limit: 50 })).items).toHaveLength(1);
  });

  it('keeps keys of other tenants and other workflows apart, but not of other versions', async () => {
    await lab.store.create([aStart('i1', { idempotencyKey: 'k' })]);

    const receipts = await lab.store.create([
      aStart('i2', { idempotencyKey: 'k', tenantId: 't1' }),
      aStart('i3', { idempotencyKey: 'k', name: 'other', workflowId: 'contract.other@1.0.0' }),
      aStart('i4', { idempotencyKey: 'k', version: '2.0.0', workflowId: 'contract.sample@2.0.0' }),
    ]);

    expect(receipts.map(({ verdict }) => verdict)).toEqual(['created', 'created', 'existing']);
  });

  it('changes nothing when an id is started again', async () => {
    await lab.store.create([aStart('i1')]);

    const [receipt] = await lab.store.create([aStart('i1', { snapshot: '{"at":"again"}' })]);

    expect(receipt).toEqual({ verdict: 'existing', instanceId: 'i1' });
    expect((await lab.load('i1')).snapshot).toBe('{"at":0}');
  });
}
