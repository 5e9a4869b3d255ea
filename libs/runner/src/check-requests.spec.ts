import { describe, expect, it } from 'vitest';
import { checkControl, checkEvent, checkQuery, checkSignal, checkTimeout } from './check-requests.js';
import type { InstanceQuery } from './request-options.js';

function refused(work: () => unknown, path: string): void {
  expect(work).toThrow(
    expect.objectContaining({
      code: 'INVALID_REQUEST',
      violations: [{ path, message: expect.any(String) }],
    }),
  );
}

describe('A question for instances', () => {
  it.each([
    ['order', { name: 'order' }],
    ['shop.order', { nameSpace: 'shop', name: 'order' }],
    ['shop.order@1', { nameSpace: 'shop', name: 'order', version: '1.0.0' }],
    ['order@2.1', { name: 'order', version: '2.1.0' }],
  ])('means by the workflow %s its parts', (workflow, parts) => {
    expect(checkQuery({ workflow })).toEqual({ tenantId: null, ...parts });
  });

  it('takes one status or several, and moments in either form', () => {
    expect(checkQuery({ status: 'failed' })).toMatchObject({ status: ['failed'] });
    const query: InstanceQuery = { status: ['failed', 'paused'], createdFrom: new Date(5), completedTo: 9 };
    expect(checkQuery(query)).toMatchObject({ status: ['failed', 'paused'], createdFrom: 5, endedTo: 9 });
  });

  it.each([
    [{ status: 'done' }, 'status'],
    [{ workflow: 'order@latest' }, 'workflow'],
    [{ createdTo: 'now' }, 'createdTo'],
    [{ tag: { key: '', value: 'v' } }, 'tag.key'],
    [{ search: '' }, 'search'],
  ])('%j is refused for its %s', (query, path) => {
    refused(() => checkQuery(query as InstanceQuery), path);
  });
});

describe('An event', () => {
  it('may have an empty key, a time and an id', () => {
    expect(checkEvent('e', '', 1, { time: new Date(5), id: 'i' })).toMatchObject({
      key: '',
      time: 5,
      id: 'i',
    });
  });

  it('needs a name, and a key of text', () => {
    refused(() => checkEvent('', 'k', null, {}), 'eventName');
    refused(() => checkEvent('e', 5 as unknown as string, null, {}), 'eventKey');
    refused(() => checkEvent('e', 'k', null, { time: NaN }), 'eventTime');
    refused(() => checkEvent('e', 'k', null, { id: '' }), 'id');
  });
});

describe('Other requests', () => {
  it('are bounded', () => {
    refused(() => checkControl('pause', { reason: 'x'.repeat(1_001) }), 'reason');
    refused(() => checkSignal('', {}), 'stepId');
    refused(() => checkTimeout({ timeoutMs: -1 }), 'timeoutMs');
    refused(() => checkTimeout({ timeoutMs: NaN }), 'timeoutMs');
    expect(checkTimeout({})).toBeNull();
    expect(checkTimeout({ timeoutMs: 0 })).toBe(0);
  });
});
