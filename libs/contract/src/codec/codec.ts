import { revive, TAG_MARK } from './revive.js';
import { tagged } from './tagged.js';
import { inspect } from './inspect.js';

export interface EncodeOptions {
  /** Take a class instance at the root as a plain object of its fields (a start's data is copied anyway). */
  readonly plainRoot?: boolean;
}

/**
 * Writes a value as tagged JSON, format 1: JSON as it is, and `{"$": <tag>, "v": …}` for what JSON lacks
 * (`u` undefined, `n` NaN, infinities and -0, `i` BigInt, `d` Date, `m` Map, `s` Set, `b` Uint8Array,
 * `B` Buffer, `o` an object with a field named `$`).
 *
 * What is read back equals what is in memory: a second reference to an object inside the value is replaced by a
 * copy of its own, in memory too, because that is what a restart would find.
 *
 * @param where name of the value for the error, for example `data`
 * @throws {DataNotSerializableError} functions, symbols, cycles, class instances, more than 500 levels
 */
export function encode(value: unknown, where = 'value', options: EncodeOptions = {}): string {
  const root = options.plainRoot ? plainCopy(value) : value;
  const found = inspect(root, where);
  return JSON.stringify(found.special ? tagged(root) : root);
}

/** Reads what `encode` wrote. */
export function decode(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  return text.includes(TAG_MARK) ? revive(parsed) : parsed;
}

/** A deep copy that shares nothing with the original. */
export function copyOf<T>(value: T, where = 'value', options: EncodeOptions = {}): T {
  return decode(encode(value, where, options)) as T;
}

function plainCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (value instanceof Date || value instanceof Map || value instanceof Set || value instanceof Uint8Array) {
    return value;
  }
  return { ...value };
}
