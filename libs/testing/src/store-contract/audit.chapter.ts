import { expect, it } from 'vitest';
import type { AuditEntry, AuditFilter, PageRequest } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, aMark, anAloneEntry, aNote, anEvent, aSignal, aStart, aWait, WRITER } from './samples.js';

/** Every change that somebody asks for leaves one entry, in its own commit. */
export function auditChapter(lab: Lab): void {
  const trail = async (filter: AuditFilter = {}, page: Partial<PageRequest> = {}) =>
    (await lab.store.auditTrail(filter, { limit: 100, order: 'oldest', ...page })).items;
  const ids = async (filter: AuditFilter = {}) => (await trail(filter)).map(({ id }) => id);

  it('keeps with a start who asked for it, and everything that was said of it', async () => {
    const note = aNote('workflow:execute', {
      reason: 'wrong "order"\n😀',
      correlationId: 'c1',
      details: { origin: 'parent', attempt: 2, first: true },
    });
    await lab.store.create([aStart('i1', { tenantId: 't1', audit: note })]);

    expect(await trail()).toEqual([
      {
        id: 'start:i1',
        at: lab.clock.now(),
        caller: WRITER,
        tenantId: 't1',
        action: 'workflow:execute',
        resource: { kind: 'instance', id: 'i1' },
        workflowId: 'contract.sample@1.0.0',
        result: 'success',
        reason: 'wrong "order"\n😀',
        correlationId: 'c1',
        details: { origin: 'parent', attempt: 2, first: true },
        seal: null,
      } satisfies AuditEntry,
    ]);
  });

  it('writes one with a wish, a signal, an event and a commit of the system, each about its own thing', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node, { tenantId: 't1' });

    await lab.store.control(aMark('i1', 'cancel', { id: 'm', audit: aNote('workflow:cancel') }));
    await lab.store.send(aSignal('i1', { id: 's', audit: aNote('workflow:signal') }));
    await lab.store.publish([anEvent('e', { tenantId: 't2', audit: aNote('event:publish') })]);
    await lab.store.commit(aCommit(record, { audit: aNote('workflow:cancel', { reason: 'DEADLINE' }) }));

    const seen = (await trail()).map((one) => [one.id, one.tenantId, one.resource, one.workflowId]);
    const instance = { kind: 'instance', id: 'i1' };
    expect(seen).toEqual([
      ['control:i1/m', 't1', instance, 'contract.sample@1.0.0'],
      ['signal:i1/s', 't1', instance, 'contract.sample@1.0.0'],
      ['event:t2/e', 't2', { kind: 'event', id: 'e' }, null],
      ['commit:i1/1', 't1', instance, 'contract.sample@1.0.0'],
    ]);
  });

  it('writes none where nobody says who asks', async () => {
    const node = await lab.join();
    await lab.store.commit(aCommit(await running(lab, 'i1', node)));
    await lab.store.control(aMark('i1', 'pause'));
    await lab.store.send(aSignal('i1'));
    await lab.store.publish([anEvent('e')]);

    expect(await trail()).toEqual([]);
  });

  it('writes none for what is repeated', async () => {
    const audit = aNote('workflow:execute');
    const keyed = { idempotencyKey: 'k', audit };
    await lab.store.create([aStart('i1', keyed), aStart('i1', keyed), aStart('i2', keyed)]);
    await lab.store.create([aStart('i3', { ...keyed, digest: 'another' })]);
    const asked = aMark('i1', 'pause', { id: 'm', audit });
    const signal = aSignal('i1', { id: 's', audit });
    for (const _ of [1, 2]) {
      await lab.store.control(asked);
      await lab.store.send(signal);
      await lab.store.publish([anEvent('e', { audit })]);
    }

    expect(await ids()).toEqual(['start:i1', 'control:i1/m', 'signal:i1/s', 'event:/e']);
  });

  it('writes none for what is refused', async () => {
    const node = await lab.join();
    const audit = aNote('workflow:retry');
    await resting(lab, 'done', node, 'completed');
    const record = await running(lab, 'i1', node);

    await lab.store.control(aMark('done', 'retry', { audit }));
    await lab.store.control(aMark('nobody', 'retry', { audit }));
    await lab.store.control(aMark('i1', 'pause', { tenantId: 'another', audit }));
    await lab.store.send(aSignal('done', { audit }));
    await lab.store.send(aSignal('i1', { audit, bytes: 2, limitBytes: 1 }));
    const late = lab.store.commit(aCommit(record, { fence: 9, audit }));

    await expect(late).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
    expect(await trail()).toEqual([]);
  });

  if (lab.features.refusesValues) {
    it('writes none with a commit that fails; its neighbours keep theirs', async () => {
      const node = await lab.join();
      const [good, bad] = [await running(lab, 'good', node), await running(lab, 'bad', node)];
      const audit = aNote('workflow:cancel');
      const subscribe = [aWait('bad', 0, { key: Symbol('no text') as unknown as string })];

      await Promise.allSettled([
        lab.store.commit(aCommit(good, { audit })),
        lab.store.commit(aCommit(bad, { audit, subscribe })),
        lab.store.create([aStart('new', { audit })]),
      ]);

      expect(await ids()).toEqual(['commit:good/1', 'start:new']);
    });

    it('fails a change alone whose entry cannot be written, and the change with it', async () => {
      const audit = aNote('event:publish', { details: { count: 1n as unknown as number } });

      const verdicts = await Promise.allSettled([
        lab.store.publish([anEvent('e1', { audit })]),
        lab.store.publish([anEvent('e2', { audit: aNote('event:publish') })]),
      ]);

      expect(verdicts.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      expect(await ids()).toEqual(['event:/e2']);
      expect(await lab.store.event(null, 'e1')).toBeNull();
    });
  }

  it('takes entries without a change, each id once', async () => {
    const refused = anAloneEntry('r1', { caller: null, details: { address: '10.0.0.1', count: 3 } });
    await lab.store.audit([refused, anAloneEntry('r2')]);
    await lab.store.audit([refused]);

    expect(await trail()).toEqual([
      { ...refused, at: lab.clock.now(), seal: null },
      { ...anAloneEntry('r2'), at: lab.clock.now(), seal: null },
    ]);
  });

  it('finds entries by each thing that can be asked for', async () => {
    const ann = { ...WRITER, subject: 'ann' };
    const other = { workflowId: 'contract.other@1.0.0', name: 'other' };
    await lab.store.create([aStart('i1', { audit: aNote('workflow:execute'), tenantId: 't1' })]);
    lab.clock.advance(10);
    await lab.store.create([aStart('i2', { ...other, audit: aNote('workflow:execute', { caller: ann }) })]);
    lab.clock.advance(10);
    await lab.store.control(aMark('i1', 'pause', { id: 'm', audit: aNote('workflow:pause') }));
    await lab.store.publish([anEvent('e', { audit: aNote('event:publish', { caller: ann }) })]);
    lab.clock.advance(10);
    await lab.store.audit([anAloneEntry('r', { caller: ann, tenantId: 't1' })]);
    const [start, end] = [lab.clock.now() - 30, lab.clock.now()];

    expect(await ids({ subject: 'ann' })).toEqual(['start:i2', 'event:/e', 'r']);
    expect(await ids({ tenantId: 't1' })).toEqual(['start:i1', 'control:i1/m', 'r']);
    expect(await ids({ tenantId: null })).toHaveLength(5);
    expect(await ids({ action: 'workflow:execute' })).toEqual(['start:i1', 'start:i2']);
    expect(await ids({ action: 'event:publish' })).toEqual(['event:/e']);
    expect(await ids({ resourceId: 'i1' })).toEqual(['start:i1', 'control:i1/m']);
    expect(await ids({ resourceKind: 'event', resourceId: 'i1' })).toEqual([]);
    expect(await ids({ resourceKind: 'route' })).toEqual(['r']);
    expect(await ids({ workflowId: 'contract.other@1.0.0' })).toEqual(['start:i2']);
    expect(await ids({ result: 'refused' })).toEqual(['r']);
    expect(await ids({ result: 'success' })).toHaveLength(4);
    expect(await ids({ from: start + 10, to: end - 10 })).toEqual(['start:i2', 'control:i1/m', 'event:/e']);
    expect(await ids({ subject: 'ann', result: 'success', from: end - 10 })).toEqual(['event:/e']);
  });

  it('gives the trail in pages, newest first, without doubles or gaps, also where moments are the same', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      if (id === 'd') lab.clock.advance(5);
      await lab.store.audit([anAloneEntry(id)]);
    }
    const walk = async (
      order: 'newest' | 'oldest',
      seen: string[] = [],
      cursor?: string,
    ): Promise<string[]> => {
      const page = await lab.store.auditTrail(
        {},
        { limit: 2, order, ...(cursor !== undefined && { cursor }) },
      );
      seen.push(...page.items.map(({ id }) => id));
      return page.nextCursor === null ? seen : walk(order, seen, page.nextCursor);
    };

    expect(await walk('newest')).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await walk('oldest')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await lab.store.auditTrail({}, { limit: 1 })).items[0]?.id).toBe('e');
  });

  it.each([{ limit: 0 }, { limit: 501 }, { limit: 5, cursor: '7' }, { limit: 5, cursor: '1.x' }])(
    'refuses a page that cannot be: %o',
    async (page) => {
      await expect(lab.store.auditTrail({}, page)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    },
  );

  it('keeps an entry as it was written, whatever becomes of its instance', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1', { audit: aNote('workflow:execute') })]);
    const { record } = await claimed(lab, 'i1', node);
    await lab.store.commit(aCommit(record, { revision: record.revision + 1 }));

    expect(await ids({ resourceId: 'i1' })).toEqual(['start:i1']);
    expect(await lab.store.check()).toEqual([]);
  });
}
