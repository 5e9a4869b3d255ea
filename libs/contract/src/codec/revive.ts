/** How a tag begins in the text; in a string literal its quotes would be escaped. */
export const TAG_MARK = '{"$":';

/** Turns parsed tags back into the values they stand for, in place where that is possible. */
export function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) value[i] = revive(value[i]);
    return value;
  }
  const slots = value as Record<string, unknown>;
  if (typeof slots['$'] === 'string') return reviveTag(slots['$'], slots['v']);
  for (const key of Object.keys(slots)) slots[key] = revive(slots[key]);
  return slots;
}

function reviveTag(tag: string, v: unknown): unknown {
  switch (tag) {
    case 'u':
      return undefined;
    case 'n':
      return Number(v);
    case 'i':
      return BigInt(v as string);
    case 'd':
      return new Date(v === null ? NaN : (v as number));
    case 'm':
      return new Map((v as [unknown, unknown][]).map(([key, item]) => [revive(key), revive(item)]));
    case 's':
      return new Set((v as unknown[]).map(revive));
    case 'b':
      return new Uint8Array(Buffer.from(v as string, 'base64'));
    case 'B':
      return Buffer.from(v as string, 'base64');
    case 'o':
      return reviveEntries(v as [string, unknown][]);
    default:
      throw new Error(`Unknown tag ${tag} in stored data: it was written by a newer version`);
  }
}

function reviveEntries(entries: [string, unknown][]): object {
  const result = {};
  for (const [key, item] of entries) {
    Object.defineProperty(result, key, {
      value: revive(item),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}
