/** The part of an OpenAPI schema from which mistakes are made. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

const NO_MOMENTS = ['soon', '2026-13-45', '2026-02-30T25:00:00Z', '2026-01-31T12:00:00'];
const NO_CURSORS = ['nonsense', '-1', '1e3'];

/** Texts that a parameter of a query may not be. */
export function wrongTexts(name: string, schema: Schema): string[] {
  if (schema.type === 'array') return wrongTexts(name, schema.items ?? {}).map((text) => `${text},${text}`);
  if (schema.type === 'integer') return ['x', '1.5', ...beyond(schema).map(String)];
  return [...wrongStrings(name, schema)];
}

/** Values that a field of a body may not be. */
export function wrongValues(name: string, schema: Schema): unknown[] {
  switch (schema.type) {
    case 'string':
      return [12, true, {}, ['x'], ...wrongStrings(name, schema)];
    case 'integer':
      return ['x', 1.5, {}, ...beyond(schema)];
    case 'boolean':
      return ['yes', 1, {}];
    case 'array':
      return ['x', {}, [null], ['x'], ...wrongLengths(schema)];
    case 'object':
      return ['x', 12, []];
    default:
      return [];
  }
}

function wrongStrings(
  name: string,
  { enum: words, format, pattern, minLength, maxLength }: Schema,
): string[] {
  const texts: string[] = [];
  if (words) texts.push('nonsense', '');
  if (format === 'date-time') texts.push(...NO_MOMENTS);
  if (pattern) texts.push('nonsense');
  if (minLength) texts.push('');
  if (maxLength) texts.push('x'.repeat(maxLength + 1));
  if (name === 'cursor') texts.push(...NO_CURSORS);
  return texts;
}

function beyond({ minimum, maximum }: Schema): number[] {
  const low = minimum === undefined ? [] : [minimum - 1];
  return maximum === undefined ? low : [...low, maximum + 1];
}

function wrongLengths({ minItems, maxItems }: Schema): unknown[] {
  const none = minItems ? [[]] : [];
  return maxItems === undefined ? none : [...none, Array.from({ length: maxItems + 1 }, () => ({}))];
}
