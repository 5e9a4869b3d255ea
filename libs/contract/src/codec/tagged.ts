/** Copies an inspected value into one that JSON carries, with tags for what JSON lacks. */
export function tagged(value: unknown): unknown {
  switch (typeof value) {
    case 'undefined':
      return { $: 'u' };
    case 'bigint':
      return { $: 'i', v: value.toString() };
    case 'number':
      if (Object.is(value, -0)) return { $: 'n', v: '-0' };
      return Number.isFinite(value) ? value : { $: 'n', v: String(value) };
    case 'object':
      return value === null ? null : taggedObject(value);
    default:
      return value;
  }
}

function taggedObject(value: object): unknown {
  if (Array.isArray(value)) return Array.from(value, tagged);
  if (value instanceof Date) return { $: 'd', v: value.getTime() };
  if (value instanceof Map)
    return { $: 'm', v: [...value].map(([key, item]) => [tagged(key), tagged(item)]) };
  if (value instanceof Set) return { $: 's', v: [...value].map(tagged) };
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $: Buffer.isBuffer(value) ? 'B' : 'b', v: bytes.toString('base64') };
  }
  const entries = Object.entries(value).map(([key, item]) => [key, tagged(item)] as [string, unknown]);
  const escaped = entries.some(([key]) => key === '$' || key === '__proto__');
  return escaped ? { $: 'o', v: entries } : Object.fromEntries(entries);
}
