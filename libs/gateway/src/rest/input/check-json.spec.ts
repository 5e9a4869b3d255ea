import { describe, expect, it } from 'vitest';
import { checkJson, MAX_DEPTH } from './check-json.js';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('checkJson', () => {
  it('accepts what JSON may hold, up to the deepest level', () => {
    expect(() => checkJson(nested(MAX_DEPTH))).not.toThrow();
    expect(() => checkJson([null, 1, 'a', { b: [{}] }])).not.toThrow();
  });

  it('refuses one level more', () => {
    expect(() => checkJson(nested(MAX_DEPTH + 1))).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    );
  });

  it.each(['{"__proto__":{}}', '{"a":[{"__proto__":1}]}', '{"constructor":{"prototype":{}}}'])(
    'refuses %s',
    (text) => {
      expect(() => checkJson(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
    },
  );

  it('leaves words alone that only look dangerous', () => {
    expect(() => checkJson({ constructor: 'Mercedes', prototype: true })).not.toThrow();
  });

  it('names the place', () => {
    const violations = [{ path: 'body.a[1].__proto__', message: expect.any(String) as string }];
    expect(() => checkJson(JSON.parse('{"a":[1,{"__proto__":1}]}'))).toThrow(
      expect.objectContaining({ violations }),
    );
  });
});
