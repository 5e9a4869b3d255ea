import { describe, expect, it } from 'vitest';
import { masked } from './masked.js';
import { pageOf } from './page-of.js';
import { toJson } from './to-json.js';

describe('toJson', () => {
  it('carries what JSON has no word for', () => {
    const value = {
      at: new Date(0),
      big: 10n ** 20n,
      set: new Set([1]),
      map: new Map([['a', new Date(0)]]),
      bytes: new Uint8Array([1, 2]),
      list: [null, 'a', undefined],
    };
    expect(JSON.parse(JSON.stringify(toJson(value)))).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      big: '100000000000000000000',
      set: [1],
      map: [['a', '1970-01-01T00:00:00.000Z']],
      bytes: 'AQI=',
      list: [null, 'a', null],
    });
  });
});

describe('masked', () => {
  it('hides what sounds like a secret, however deep', () => {
    const props = { url: 'x', password: 'p', auth: [{ apiKey: 'k', accessToken: 't' }], keyboard: 'qwerty' };
    expect(masked(props)).toEqual({
      url: 'x',
      password: '***',
      auth: [{ apiKey: '***', accessToken: '***' }],
      keyboard: 'qwerty',
    });
  });
});

describe('pageOf', () => {
  const all = ['c', 'a', 'b'];
  const page = (limit: number, cursor?: string) => pageOf(all, { limit, cursor }, (item) => item);

  it('walks through everything once', () => {
    const first = page(2);
    expect(first.items).toEqual(['a', 'b']);
    const second = page(2, first.nextCursor ?? '');
    expect(second).toEqual({ items: ['c'], nextCursor: null });
  });

  it('refuses a cursor that is none', () => {
    expect(() => page(2, 'nonsense')).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  });
});
