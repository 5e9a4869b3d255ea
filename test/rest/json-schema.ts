type Json = unknown;
type JsonObject = { readonly [key: string]: Json };

/**
 * A schema of OpenAPI 3.0 as JSON Schema. With `closed` it allows no field that it does not name, so that an answer
 * with a field too many is found as well; it is for whole components, since an `allOf` could never hold then.
 */
export function jsonSchemaOf(schema: JsonObject, closed = false): JsonObject {
  const { nullable, example: _, ...rest } = schema;
  const converted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, within(key, value)]));
  const isOpen = !closed || !('properties' in rest) || 'additionalProperties' in rest;
  const plain = isOpen ? converted : { ...converted, additionalProperties: false };
  if (nullable !== true) return plain;
  // OpenAPI writes `type: object` beside a reference to whatever it is.
  const { type, ...others } = plain;
  return { anyOf: ['allOf' in others ? others : { ...others, type }, { type: 'null' }] };
}

function within(key: string, value: Json): Json {
  switch (key) {
    case 'properties':
      return mapped(value as JsonObject);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return (value as JsonObject[]).map((one) => jsonSchemaOf(one));
    case 'items':
      return jsonSchemaOf(value as JsonObject);
    case 'additionalProperties':
      return typeof value === 'object' ? jsonSchemaOf(value as JsonObject) : value;
    default:
      return value;
  }
}

function mapped(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, jsonSchemaOf(schema as JsonObject)]),
  );
}
