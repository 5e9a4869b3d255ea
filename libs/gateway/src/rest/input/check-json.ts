import { InvalidRequestError } from '@workflow-runner/contract';

/** Deepest nesting of objects and arrays in a request. */
export const MAX_DEPTH = 50;

/**
 * Refuses what parsed JSON may hold and no data should: nesting beyond MAX_DEPTH, and keys by which a careless merge
 * would reach a prototype (`__proto__`, and `constructor` with `prototype` in it). Nothing is altered.
 * @throws {InvalidRequestError} names the place
 */
export function checkJson(value: unknown, path = 'body'): void {
  const open: { readonly value: object; readonly path: string; readonly depth: number }[] = [];
  const visit = (item: unknown, at: string, depth: number): void => {
    if (typeof item !== 'object' || item === null) return;
    if (depth > MAX_DEPTH) throw refusal(at, `is nested more than ${MAX_DEPTH} levels deep`);
    open.push({ value: item, path: at, depth });
  };
  visit(value, path, 1);
  for (let next = open.pop(); next; next = open.pop()) {
    const isArray = Array.isArray(next.value);
    for (const [key, item] of Object.entries(next.value)) {
      const at = isArray ? `${next.path}[${key}]` : `${next.path}.${key}`;
      if (!isArray && reachesPrototype(key, item)) throw refusal(at, 'is a name that is not allowed');
      visit(item, at, next.depth + 1);
    }
  }
}

function reachesPrototype(key: string, value: unknown): boolean {
  if (key === '__proto__') return true;
  return (
    key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
  );
}

function refusal(path: string, message: string): InvalidRequestError {
  const short = path.length > 200 ? `${path.slice(0, 200)}...` : path;
  return new InvalidRequestError(`${short} ${message}`, [{ path: short, message }]);
}
