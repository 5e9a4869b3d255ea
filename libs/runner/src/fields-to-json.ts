/** Fields of a line as JSON; null when they cannot be written: logging never fails its caller. */
export function fieldsToJson(fields: object): string | null {
  try {
    return JSON.stringify(fields, (_key, value: unknown) => {
      if (value instanceof Error) return value.message;
      return typeof value === 'bigint' ? String(value) : value;
    });
  } catch {
    return null;
  }
}
