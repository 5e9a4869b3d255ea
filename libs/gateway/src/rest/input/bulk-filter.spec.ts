import { describe, expect, it } from 'vitest';
import { bulkFilterOf } from './bulk-filter.js';

const refusal = expect.objectContaining({ code: 'INVALID_REQUEST' }) as unknown;

describe('bulkFilterOf', () => {
  it('takes a condition, or all', () => {
    expect(bulkFilterOf({ filter: { workflow: 'shop.order' } })).toEqual({ workflow: 'shop.order' });
    expect(bulkFilterOf({ filter: { status: ['failed'], search: null as never }, all: false })).toEqual({
      status: ['failed'],
    });
    expect(bulkFilterOf({ all: true })).toEqual({});
    expect(bulkFilterOf({ filter: {}, all: true })).toEqual({});
  });

  it.each([
    {},
    { filter: {} },
    { filter: null as never },
    { all: false },
    { filter: { workflow: undefined } },
  ])('does not take %j for all of them', (body) => {
    expect(() => bulkFilterOf(body)).toThrow(refusal);
  });

  it('refuses all and a condition together', () => {
    expect(() => bulkFilterOf({ filter: { workflow: 'shop.order' }, all: true })).toThrow(refusal);
  });
});
