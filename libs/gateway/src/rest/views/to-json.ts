/**
 * A value of the data codec as JSON can carry it: dates as ISO 8601, BigInt as text, sets as lists, maps as lists of
 * pairs, bytes as base64. What JSON has already stays as it is.
 */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Set) return [...value].map(toJson);
  if (value instanceof Map) return [...value].map(([key, item]) => [toJson(key), toJson(item)]);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
