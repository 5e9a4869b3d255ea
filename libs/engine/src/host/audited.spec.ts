import type { AuditEntry, Caller } from '@workflow-runner/contract';
import { StoreUnavailableError, type CreateReceipt, type NewInstance } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { HostLab, next, step } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

type Build = (builder: WorkflowBuilder<Record<string, unknown>>) => void;

const ANN: Caller = {
  subject: 'ann',
  kind: 'user',
  roles: ['operator'],
  tenantId: null,
  correlationId: 'c-7',
};
const waits: Build = (builder) => void builder.startWith(step(next)).waitFor('go', () => 'k');

async function trail(lab: HostLab): Promise<readonly AuditEntry[]> {
  return (await lab.store.auditTrail({}, { limit: 100, order: 'oldest' })).items;
}

const told = (entries: readonly AuditEntry[]) =>
  entries.map(({ action, caller, reason, details }) => [action, caller?.subject, reason, details]);

describe('The audit trail', () => {
  it('says who asked for each thing, once, and nothing of what a step does', async () => {
    const lab = await HostLab.open();
    const { ops } = await lab.join({ waits });
    const caller = ANN;
    const id = await lab.start(ops, {
      workflowId: 'waits',
      idempotencyKey: 'k-1',
      data: { secret: 1 },
      caller,
    });
    await lab.start(ops, { workflowId: 'waits', idempotencyKey: 'k-1', data: { secret: 1 }, caller });
    await ops.control(id, { action: 'pause', reason: 'lunch', caller });
    await ops.control(id, { action: 'resume', caller });
    await ops.signal(id, { secret: 2 }, 'later', { caller });
    await ops.publish({ name: 'paid', key: 'o-1', data: { secret: 3 }, id: 'e', caller });
    await ops.publish({ name: 'paid', key: 'o-1', data: { secret: 3 }, id: 'e', caller });
    await ops.control(id, { action: 'terminate', reason: 'a mistake', caller });
    await ops.control(id, { action: 'cancel', caller }).catch(() => undefined);

    const entries = await trail(lab);
    expect(told(entries)).toEqual([
      ['workflow:execute', 'ann', null, { idempotencyKey: 'k-1' }],
      ['workflow:pause', 'ann', 'lunch', {}],
      ['workflow:resume', 'ann', null, {}],
      ['workflow:signal', 'ann', null, { step: 'later' }],
      ['event:publish', 'ann', null, { name: 'paid', key: 'o-1' }],
      ['workflow:terminate', 'ann', 'a mistake', {}],
    ]);
    expect(new Set(entries.map(({ correlationId }) => correlationId))).toEqual(new Set(['c-7']));
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('names the system where nobody says who asks', async () => {
    const lab = await HostLab.open();
    const { ops } = await lab.join({ waits });
    const id = await lab.start(ops, { workflowId: 'waits', origin: { kind: 'parent', id: 'p' } });
    await ops.publish({ name: 'paid', key: '' });
    await ops.control(id, { action: 'pause' });
    await ops.signal(id, 1);

    const entries = await trail(lab);
    expect(entries.map(({ caller }) => caller?.kind)).toEqual(['system', 'system', 'system', 'system']);
    expect(entries[0]?.details).toEqual({ origin: 'parent', originId: 'p' });
  });

  it('says of a retry where it began, and that the data was replaced, but not by what', async () => {
    const lab = await HostLab.open();
    const fails = step(() => Promise.reject(Object.assign(new Error('no'), { retryable: false })));
    const { ops } = await lab.join({ fails: (builder) => void builder.startWith(fails) });
    const id = await lab.start(ops, { workflowId: 'fails' });
    const [pointer] = (await ops.why(id)).pointers;

    await ops.control(id, { action: 'retry', fromPointer: pointer!.pointerId, data: { card: '4711' } });

    const last = (await trail(lab)).at(-1);
    expect(last?.details).toEqual({ fromPointer: pointer!.pointerId, replacesData: true });
  });

  it.each(['with', 'without'])(
    'names the system for a deadline that passes on a node %s the workflow',
    async (how) => {
      const lab = await HostLab.open();
      const first = await lab.join({ waits });
      const deadline = lab.clock.now() + 5_000;
      const id = await lab.start(first.ops, { workflowId: 'waits', deadline, correlationId: 'c-1' });
      if (how === 'without') {
        await lab.leave(first.host);
        await lab.join({});
      }
      await lab.pass(6_000, 500);

      expect((await lab.record(id)).status).toBe('cancelled');
      const [, ...rest] = await trail(lab);
      expect(told(rest)).toEqual([['workflow:cancel', 'system', 'DEADLINE', { deadlineAt: deadline }]]);
      expect(rest[0]).toMatchObject({
        at: deadline,
        resource: { kind: 'instance', id },
        correlationId: 'c-1',
      });
    },
  );

  it('has one entry for a start whose answer was lost', async () => {
    class Forgetful extends MemoryStore {
      losses = 1;
      override async create(instances: readonly NewInstance[]): Promise<readonly CreateReceipt[]> {
        const receipts = await super.create(instances);
        if (this.losses-- > 0) throw new StoreUnavailableError('the answer was lost');
        return receipts;
      }
    }
    const lab = await HostLab.open((clock) => new Forgetful({ clock }));
    const { ops } = await lab.join({ waits });

    const id = await lab.start(ops, { workflowId: 'waits' });

    expect((await trail(lab)).map(({ id: entry }) => entry)).toEqual([`start:${id}`]);
  });

  it.each(['with', 'without'])(
    'is not written to where it is switched off, %s the workflow of a deadline',
    async (how) => {
      const lab = await HostLab.open();
      const options = { audit: false };
      const { host, ops } = await lab.join({ waits }, options);
      const id = await lab.start(ops, { workflowId: 'waits', deadline: lab.clock.now() + 5_000 });
      await ops.control(id, { action: 'pause' });
      await ops.signal(id, 1);
      await ops.publish({ name: 'paid', key: '' });
      await ops.audit([
        {
          ...{
            id: 'r',
            caller: null,
            tenantId: null,
            action: 'api:access',
            reason: null,
            correlationId: null,
          },
          ...{ details: {}, resource: { kind: 'route', id: null }, workflowId: null, result: 'refused' },
        },
      ]);
      if (how === 'without') {
        await lab.leave(host);
        await lab.join({}, options);
      }
      await lab.pass(6_000, 500);

      expect((await lab.record(id)).status).toBe('cancelled');
      expect(await trail(lab)).toEqual([]);
    },
  );

  it('cuts what is too long, and takes a caller that says less than it should', async () => {
    const lab = await HostLab.open();
    const { ops } = await lab.join({ waits });
    const long = 'x'.repeat(5_000);
    const caller = { subject: long, kind: 'user', roles: Array.from({ length: 99 }, () => long) };

    await lab.start(ops, { workflowId: 'waits', caller: caller as unknown as Caller, idempotencyKey: long });

    const [entry] = await trail(lab);
    expect(entry?.caller?.subject).toHaveLength(1_000);
    expect(entry?.caller?.roles).toHaveLength(50);
    expect(entry?.caller?.roles.every((role) => role.length === 1_000)).toBe(true);
    expect(entry?.caller?.tenantId).toBeNull();
    expect(String(entry?.details['idempotencyKey'])).toHaveLength(1_000);
  });
});
