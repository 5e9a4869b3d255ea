import type { Caller } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { MOST_A_MINUTE, RefusalLedger, type Refusal } from './refusal-ledger.js';

const MINUTE = 60_000;
const vic: Caller = { subject: 'vic', kind: 'user', roles: ['viewer'], tenantId: 'acme', correlationId: 'c' };
const refusal = (overrides: Partial<Refusal> = {}): Refusal => ({
  ...{ caller: vic, address: '10.0.0.1', action: 'workflow:cancel', code: 'FORBIDDEN', path: '/a' },
  ...overrides,
});

function taken(ledger: RefusalLedger, now: number) {
  let id = 0;
  return ledger.take(now, () => `id-${(id += 1)}`);
}

describe('The ledger of refusals', () => {
  it('makes one entry of those of a caller in a minute, with their number and where the first came from', () => {
    const ledger = new RefusalLedger();
    ledger.note(refusal(), 5 * MINUTE + 10);
    ledger.note(refusal({ path: '/b', address: '10.0.0.2' }), 5 * MINUTE + 59_999);

    expect(taken(ledger, 6 * MINUTE - 1)).toEqual([]);
    expect(taken(ledger, 6 * MINUTE)).toEqual([
      {
        id: 'id-1',
        caller: { subject: 'vic', kind: 'user', roles: ['viewer'], tenantId: 'acme' },
        tenantId: 'acme',
        action: 'workflow:cancel',
        resource: { kind: 'route', id: null },
        workflowId: null,
        result: 'refused',
        reason: 'FORBIDDEN',
        correlationId: null,
        details: { count: 2, since: 5 * MINUTE, path: '/a', address: '10.0.0.1' },
      },
    ]);
    expect(taken(ledger, 7 * MINUTE)).toEqual([]);
  });

  it('tells callers, addresses of unknown ones, permissions, codes and minutes apart', () => {
    const ledger = new RefusalLedger();
    const unknown = { caller: null, code: 'UNAUTHENTICATED' };
    const all = [
      refusal(),
      refusal({ caller: { ...vic, subject: 'bob' } }),
      refusal({ caller: { ...vic, tenantId: null } }),
      refusal({ action: 'workflow:pause' }),
      refusal({ code: 'RATE_LIMITED' }),
      refusal(unknown),
      refusal({ ...unknown, address: '10.0.0.2' }),
    ];
    for (const one of [...all, ...all]) ledger.note(one, 10);
    ledger.note(refusal(), MINUTE);

    expect(taken(ledger, MINUTE).map(({ details }) => details['count'])).toEqual(all.map(() => 2));
    expect(ledger.isDueAt).toBe(2 * MINUTE);
    expect(taken(ledger, 2 * MINUTE)).toHaveLength(1);
    expect(ledger.isDueAt).toBeNull();
  });

  it('counts beyond its bound all others of a code together', () => {
    const ledger = new RefusalLedger();
    for (let n = 0; n < MOST_A_MINUTE + 250; n += 1) {
      ledger.note(
        refusal({ caller: null, address: `10.0.${n >> 8}.${n & 255}`, code: 'UNAUTHENTICATED' }),
        10,
      );
    }

    const entries = taken(ledger, Infinity);
    expect(entries).toHaveLength(MOST_A_MINUTE + 1);
    expect(entries.at(-1)).toMatchObject({
      caller: null,
      action: 'api:access',
      reason: 'UNAUTHENTICATED',
      details: { count: 250, since: 0, others: true },
    });
  });

  it('bounds what a client can make long', () => {
    const ledger = new RefusalLedger();
    const long = 'x'.repeat(9_000);
    ledger.note(refusal({ caller: { ...vic, subject: long }, path: long, address: long }), 0);

    const [entry] = taken(ledger, Infinity);
    expect(JSON.stringify(entry).length).toBeLessThan(2_000);
  });
});
