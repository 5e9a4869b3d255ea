import { describe, expect, it } from 'vitest';
import { startDataOf } from './start-data.js';

const refusal = expect.objectContaining({ code: 'INVALID_REQUEST' }) as unknown;

describe('startDataOf', () => {
  it('puts the body over the query, and leaves the version out', () => {
    const data = startDataOf({ a: 1 }, { version: '2', a: 'x', b: 'y' });
    expect(data).toEqual({ a: 1, b: 'y' });
  });

  it('takes a missing body as none', () => {
    expect(startDataOf(undefined, {})).toEqual({});
    expect(startDataOf(null, {})).toEqual({});
  });

  it.each([[['a list']], ['a text'], [1]])('refuses the body %j', (body) => {
    expect(() => startDataOf(body, {})).toThrow(refusal);
  });

  it('refuses a token in the query: it would be stored', () => {
    expect(() => startDataOf({}, { token: 'secret' })).toThrow(refusal);
  });
});
