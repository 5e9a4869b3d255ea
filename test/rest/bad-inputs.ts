import type { OpenAPIObject } from '@nestjs/swagger';
import type { Call } from './documented-api.js';

/** A request that is wrong on purpose. */
export interface BadInput {
  readonly operationId: string;
  /** What is wrong with it. */
  readonly what: string;
  readonly call: Call;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const LONG = 'x'.repeat(20_000);
const DEEP = '['.repeat(2_000) + ']'.repeat(2_000);
const VALUES = [null, true, -1, 12.5, 1e300, '', '\u0000', LONG, [], [[null]], {}, { $: 'd', v: 0 }];
const TEXTS = [
  '',
  ' ',
  '-1',
  '1e99',
  'null',
  '\u0000',
  '%00',
  '%E0%A4%A',
  '../../etc/passwd',
  "' OR 1=1 --",
  LONG.slice(0, 3_000),
  'ÿ💥',
];
const KEYS = ['__proto__', 'constructor', 'prototype', '$where', 'unknown'];

/** For every operation of a document: each parameter and each field wrong in many ways, and whole bodies that are none. */
export function badInputsOf(document: OpenAPIObject): BadInput[] {
  const operations = Object.values(document.paths).flatMap(
    (item) => Object.values(item) as unknown as Operation[],
  );
  return operations.flatMap((operation) => [...ofParameters(operation), ...ofBody(operation, document)]);
}

function ofParameters({ operationId, parameters = [] }: Operation): BadInput[] {
  return parameters.flatMap(({ name, in: place }) => {
    if (place === 'header') return [];
    const part = place === 'path' ? 'params' : 'query';
    // An empty or very long part of a path finds no route: that is answered by the host.
    return TEXTS.filter((text) => place !== 'path' || (text.trim() !== '' && text.length < 100)).map(
      (text) => ({
        operationId,
        what: `${part}.${name} = ${text.slice(0, 20)}`,
        call: { [part]: { [name]: text }, ...(place === 'path' ? {} : { params: NOBODY }) },
      }),
    );
  });
}

const NOBODY = { id: 'nobody', workflowId: 'nothing' };

function ofBody({ operationId, requestBody }: Operation, document: OpenAPIObject): BadInput[] {
  const schema = requestBody?.content['application/json']?.schema;
  if (!schema) return [];
  const wrong = (what: string, body: unknown): BadInput => ({
    operationId,
    what,
    call: { params: NOBODY, body },
  });
  const fields = Object.keys(fieldsOf(schema, document));
  return [
    ...['', '{', '[]', 'null', '"text"', '12', '{"a":1}{"b":2}', DEEP, `{"data":${DEEP}}`].map((text) =>
      wrong(`body ${text.slice(0, 20)}`, text),
    ),
    ...KEYS.map((key) => wrong(`body with ${key}`, `{"${key}":{"isAdmin":true}}`)),
    ...fields.flatMap((field) =>
      VALUES.map((value) =>
        wrong(`body.${field} = ${(JSON.stringify(value) ?? '').slice(0, 20)}`, { [field]: value }),
      ),
    ),
    ...withNulls(schema, document, NEEDED[operationId] ?? {}).map((body) =>
      wrong(`body ${JSON.stringify(body)}`, JSON.stringify(body)),
    ),
  ];
}

/** What a body cannot do without, so that what else is in it is looked at; it means nobody. */
const NEEDED: Readonly<Record<string, object>> = {
  startWorkflows: { items: [{ workflowId: 'nothing' }] },
  publishEvent: { eventName: 'nobody.waits', eventKey: 'k' },
  controlInstances: { action: 'cancel', all: true, dryRun: true },
  discardDeadLetter: { reason: 'none' },
};

/** The right body with null in each field in turn, also in the fields of what is in a list. Null counts as left out. */
function withNulls(schema: Schema, document: OpenAPIObject, base: object): object[] {
  return Object.entries(fieldsOf(schema, document)).flatMap(([field, { items }]) => {
    const given = (base as Record<string, unknown>)[field];
    const inside = items && Array.isArray(given) ? withNulls(items, document, given[0] as object) : [];
    return [null, ...inside.map((item) => [item])].map((value) => ({ ...base, [field]: value }));
  });
}

function fieldsOf(schema: Schema, document: OpenAPIObject): Readonly<Record<string, Schema>> {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return fieldsOf(document.components!.schemas![name] as Schema, document);
  }
  const parts = (schema.allOf ?? []).map((part) => fieldsOf(part, document));
  return Object.assign({}, ...parts, schema.properties) as Readonly<Record<string, Schema>>;
}
