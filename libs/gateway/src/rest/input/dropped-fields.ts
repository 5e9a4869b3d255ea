import type { Violation } from '../errors/problem.js';

/**
 * Fields of a request that class-transformer has left out of the DTO because they are named like a method that every
 * object has (`toString`, `valueOf`): the validator never sees them, and nothing may be dropped without a word.
 */
export function droppedFields(instance: unknown, plain: unknown, parent = ''): Violation[] {
  if (!isObject(instance) || !isObject(plain)) return [];
  return Object.entries(plain).flatMap(([key, value]) => {
    const path = Array.isArray(plain) ? `${parent}[${key}]` : parent ? `${parent}.${key}` : key;
    if (!Object.hasOwn(instance, key)) return [{ path, message: `property ${key} should not exist` }];
    // What is the user's own is the same object in both.
    return instance[key] === value ? [] : droppedFields(instance[key], value, path);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
