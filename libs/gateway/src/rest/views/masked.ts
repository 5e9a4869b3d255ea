import { toJson } from './to-json.js';

const SECRET =
  /pass(word|phrase|wd)?$|secret|token|credential|(api|access|private|encryption)[-_]?key|authorization/i;
const MASK = '***';

/** A copy in which the values under names that sound like secrets are hidden. */
export function masked(value: unknown): unknown {
  return hide(toJson(value));
}

function hide(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(hide);
  const entries = Object.entries(value).map(([key, item]) => [key, SECRET.test(key) ? MASK : hide(item)]);
  return Object.fromEntries(entries) as unknown;
}
