import type { OpenAPIObject } from '@nestjs/swagger';
import type { Call } from './documented-api.js';
import { wrongTexts, wrongValues, type Schema } from './wrong-values.js';

/** A request in which everything is right but one thing. */
export interface Mistake {
  readonly operationId: string;
  readonly what: string;
  readonly call: Call;
  /** The field that must be named in the refusal; null: the parser of the host may refuse it first, without a name. */
  readonly path: string | null;
}

/** Requests that are right, by operation: parts of the path, and the fields a body cannot do without. */
export interface RightCalls {
  readonly params: Readonly<Record<string, string>>;
  readonly bodies: Readonly<Record<string, object>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const UNKNOWN = ['unknown', '$where', 'isAdmin', 'toString'];
const REACHING = ['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}'];
const DEEP = JSON.parse('{"a":'.repeat(60) + '1' + '}'.repeat(60)) as object;

/** Every mistake that the constraints of a document know, one a request. */
export function mistakesOf(document: OpenAPIObject, right: RightCalls): Mistake[] {
  const operations = Object.values(document.paths).flatMap(
    (item) => Object.values(item) as unknown as Operation[],
  );
  return operations.flatMap((operation) => [
    ...ofQuery(operation, right),
    ...ofBody(operation, right, document),
  ]);
}

function ofQuery({ operationId, parameters = [] }: Operation, { params, bodies }: RightCalls): Mistake[] {
  const fields = parameters.filter((parameter) => parameter.in === 'query');
  // What the query of a start says beside the version is data.
  if (fields.length === 0 || fields.some(({ schema }) => schema.additionalProperties)) return [];
  const body = bodies[operationId];
  const wrong = fields.flatMap(({ name, schema }) =>
    wrongTexts(name, schema).map((text) => ({
      operationId,
      what: `query.${name} = ${text.slice(0, 30)}`,
      call: { params, body, query: { [name]: text } },
      path: name,
    })),
  );
  const unknown = UNKNOWN.map((name) => ({
    operationId,
    what: `query with ${name}`,
    call: { params, body, more: `${encodeURIComponent(name)}=1` },
    path: name,
  }));
  return [...wrong, ...unknown];
}

function ofBody(operation: Operation, right: RightCalls, document: OpenAPIObject): Mistake[] {
  const { operationId, requestBody } = operation;
  const schema = requestBody?.content['application/json']?.schema;
  if (!schema) return [];
  const base = right.bodies[operationId] ?? {};
  return within(schema, base, '', document).map(({ path, value }) => ({
    operationId,
    what: `${path ?? 'body'} = ${JSON.stringify(value).slice(0, 80)}`,
    call: { params: right.params, body: value },
    path,
  }));
}

interface Wrong {
  readonly path: string | null;
  /** The whole value that holds the mistake. */
  readonly value: unknown;
}

/** All ways to make one mistake in an object or in what it holds. */
function within(given: Schema, base: object, at: string, document: OpenAPIObject): Wrong[] {
  const { properties } = resolved(given, document);
  const under = (key: string): string => (at ? `${at}.${key}` : key);
  const put = (key: string, value: unknown): object => ({ ...base, [key]: value });
  if (!properties) return reaching(base, at);
  const ofFields = Object.entries(properties).flatMap(([key, schema]) => {
    const value = (base as Record<string, unknown>)[key];
    const own = wrongValues(key, resolved(schema, document)).map((wrong) => ({
      path: under(key),
      value: wrong,
    }));
    const inside = inner(schema, value, under(key), document);
    return [...own, ...inside].map((wrong) => ({ ...wrong, value: put(key, wrong.value) }));
  });
  const unknown = UNKNOWN.map((key) => ({ path: under(key), value: put(key, { isAdmin: true }) }));
  return [...ofFields, ...unknown, ...reaching(base, at)];
}

/** Mistakes inside of a field that holds an object, a list of objects, or whatever a user likes. */
function inner(given: Schema, value: unknown, at: string, document: OpenAPIObject): Wrong[] {
  const schema = resolved(given, document);
  if (schema.properties) return within(schema, value ?? {}, at, document);
  if (schema.items && resolved(schema.items, document).properties) {
    const [first = {}] = (value ?? []) as object[];
    const ofFirst = within(schema.items, first, `${at}[0]`, document);
    return ofFirst.map((wrong) => ({ ...wrong, value: [wrong.value] }));
  }
  return schema.additionalProperties || schema.anyOf ? reaching({}, at) : [];
}

/** Keys by which a careless merge reaches a prototype, beside what is right; and nesting that is too deep. */
function reaching(base: object, at: string): Wrong[] {
  const keys = REACHING.map((text) => ({ path: null, value: joined(base, JSON.parse(text) as object) }));
  return [...keys, { path: at || 'a', value: { ...base, a: DEEP } }];
}

/** As a spread, but for `__proto__`, which must become a field like any other. */
function joined(base: object, more: object): object {
  const made = { ...base };
  for (const [key, value] of Object.entries(more)) {
    Object.defineProperty(made, key, { value: value as unknown, enumerable: true });
  }
  return made;
}

function resolved(schema: Schema, document: OpenAPIObject): Schema {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return resolved(document.components!.schemas![name] as Schema, document);
  }
  const [only] = schema.allOf ?? [];
  return only ? resolved(only, document) : schema;
}
