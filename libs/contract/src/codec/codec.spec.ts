import { describe, expect, it } from 'vitest';
import { DataNotSerializableError } from '../errors.js';
import { copyOf, decode, encode } from './codec.js';
import { checkSize } from './limits.js';

describe('codec', () => {
  it.each([
    ['plain JSON', { a: [1, 'two', null, true, { b: {} }], c: '' }],
    ['undefined at the root', undefined],
    ['undefined fields and items', { a: undefined, b: [undefined, 1] }],
    ['numbers JSON lacks', [NaN, Infinity, -Infinity, -0, 0]],
    ['big integers', { n: 12345678901234567890n }],
    ['dates, the invalid one too', [new Date(5), new Date(NaN)]],
    ['maps and sets, nested', new Map<unknown, unknown>([[{ k: 1 }, new Set([new Date(1), 'x'])]])],
    ['bytes', { bytes: new Uint8Array([0, 255, 7]), buffer: Buffer.from('hi') }],
    ['objects with a field named $', { $: 'd', v: 1, nested: { $: undefined } }],
    ['text that looks like a tag', '{"$":"d","v":5}'],
    ['lone surrogates and line separators', '\ud800\u2028'],
  ])('reads back what it wrote: %s', (_name, value) => {
    expect(decode(encode(value))).toEqual(value);
  });

  it('keeps -0, Buffer and Uint8Array apart', () => {
    const [zero, buffer, bytes] = copyOf([-0, Buffer.from('a'), new Uint8Array([1])]) as [
      number,
      Buffer,
      Uint8Array,
    ];
    expect(Object.is(zero, -0)).toBe(true);
    expect(Buffer.isBuffer(buffer)).toBe(true);
    expect(Buffer.isBuffer(bytes)).toBe(false);
  });

  it('keeps an own field named __proto__ without touching any prototype', () => {
    const value: unknown = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    const back = copyOf(value) as object;
    expect(Object.hasOwn(back, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['a function', { a: { f: () => 1 } }, 'data.a.f'],
    ['a symbol', { a: [Symbol('s')] }, 'data.a[0]'],
    ['a symbol as a key', { a: { [Symbol('s')]: 1 } }, 'data.a'],
    ['a class instance', { a: new (class Order {})() }, 'data.a'],
    ['an error', { a: new Error('x') }, 'data.a'],
    ['a typed array other than bytes', { a: new Float64Array(1) }, 'data.a'],
  ])('refuses %s and names its place', (_name, value, path) => {
    const attempt = (): string => encode(value, 'data');
    expect(attempt).toThrow(DataNotSerializableError);
    expect(attempt).toThrow(`${path}: `);
  });

  it('refuses cycles and what is nested too deep', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = { cycle };
    let deep: unknown = 1;
    for (let i = 0; i < 600; i += 1) deep = [deep];
    expect(() => encode(cycle)).toThrow('a cycle');
    expect(() => encode(deep)).toThrow('more than 500 levels');
  });

  it('takes a class instance at the root where that is asked for', () => {
    class Order {
      n = 1;
    }
    expect(decode(encode(new Order(), 'data', { plainRoot: true }))).toEqual({ n: 1 });
    expect(() => encode(new Order())).toThrow(DataNotSerializableError);
  });

  it('gives a second reference to an object a copy of its own, as a restart would find it', () => {
    const shared = { n: 1 };
    const data = { a: shared, b: shared, list: [shared], map: new Map([['k', shared]]) };
    const back = decode(encode(data)) as typeof data;
    expect(back).toEqual(data);
    data.a.n = 2;
    expect([data.b.n, data.list[0]?.n, data.map.get('k')?.n]).toEqual([1, 1, 1]);
  });

  it('says what was written by a newer version', () => {
    expect(() => decode('{"$":"future","v":1}')).toThrow('newer version');
  });
});

describe('checkSize', () => {
  it('counts bytes of UTF-8, not characters', () => {
    expect(() => checkSize('Data', 'é'.repeat(50), 100)).not.toThrow();
    expect(() => checkSize('Data', 'é'.repeat(51), 100)).toThrow('Data has 102 bytes, 100 are allowed');
  });
});
