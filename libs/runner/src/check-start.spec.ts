import { describe, expect, it } from 'vitest';
import { checkStart } from './check-start.js';
import type { StartRequest } from './start-options.js';

function violations(request: object, prefix?: string): string[] {
  try {
    checkStart(request as StartRequest, prefix);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
    return (error as { violations: { path: string }[] }).violations.map(({ path }) => path);
  }
  return [];
}

describe('A start', () => {
  it('needs no more than a workflow', () => {
    expect(checkStart({ workflowId: 'w' })).toMatchObject({
      workflowId: 'w',
      version: null,
      priority: 'normal',
      tags: {},
    });
  });

  it('takes moments as Dates and as epoch ms', () => {
    const command = checkStart({ workflowId: 'w', delayUntil: new Date(5_000), deadline: 7_000.7 });
    expect(command).toMatchObject({ delayUntil: 5_000, deadline: 7_000 });
  });

  it('belongs to its caller, where it does not say otherwise', () => {
    const caller = {
      subject: 'ann',
      kind: 'user',
      roles: [],
      tenantId: 'acme',
      correlationId: 'c1',
    } as const;
    expect(checkStart({ workflowId: 'w', caller })).toMatchObject({
      tenantId: 'acme',
      correlationId: 'c1',
      caller,
    });
    expect(checkStart({ workflowId: 'w', caller, correlationId: 'c2' })).toMatchObject({
      correlationId: 'c2',
    });
  });

  it.each([
    [{}, 'workflowId'],
    [{ workflowId: 5 }, 'workflowId'],
    [{ workflowId: 'w', version: {} }, 'version'],
    [{ workflowId: 'w', idempotencyKey: '' }, 'idempotencyKey'],
    [{ workflowId: 'w', idempotencyKey: 'x'.repeat(256) }, 'idempotencyKey'],
    [{ workflowId: 'w', priority: 'urgent' }, 'priority'],
    [{ workflowId: 'w', correlationId: 5 }, 'correlationId'],
    [{ workflowId: 'w', tenantId: '' }, 'tenantId'],
    [{ workflowId: 'w', tags: ['a'] }, 'tags'],
    [{ workflowId: 'w', tags: { a: 1 } }, 'tags.a'],
    [{ workflowId: 'w', tags: { ['k'.repeat(101)]: 'v' } }, 'tags'],
    [
      { workflowId: 'w', tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) },
      'tags',
    ],
    [{ workflowId: 'w', delayUntil: new Date(NaN) }, 'delayUntil'],
    [{ workflowId: 'w', delayUntil: '2026-01-01' }, 'delayUntil'],
    [{ workflowId: 'w', deadline: Infinity }, 'deadline'],
    [{ workflowId: 'w', caller: { subject: 'ann' } }, 'caller'],
  ])('%j is refused for its %s', (request, path) => {
    expect(violations(request)).toEqual([path]);
  });

  it('is told everything that is wrong with it at once', () => {
    expect(violations({ workflowId: '', priority: 'urgent', deadline: 'soon' }, 'items.3.')).toEqual([
      'items.3.workflowId',
      'items.3.priority',
      'items.3.deadline',
    ]);
  });

  it('may have a key of 255 characters and 50 tags', () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v'.repeat(255)]));
    expect(violations({ workflowId: 'w', idempotencyKey: 'x'.repeat(255), tags })).toEqual([]);
  });
});
