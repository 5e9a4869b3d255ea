import type { Type } from '@nestjs/common';
import { ApiProperty, ApiSchema, type ApiPropertyOptions } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import { aboutOf } from '../input/about.js';
import { nestedIn } from '../input/nested.js';
import { JSON_VALUE } from './json-value.js';
import type { Schema } from './schema.js';

/** One field of a DTO, as its validators have it. */
export interface InputField {
  readonly name: string;
  readonly required: boolean;
  readonly description?: string;
  readonly example?: unknown;
  /** Of its list, where it is one; without items where these are DTOs. */
  readonly schema: Schema;
  /** The class of the DTO that it holds, or that its items are. */
  readonly nested?: () => Type;
}

/** One validator of a field, as class-validator keeps it. */
interface Rule {
  readonly propertyName: string;
  readonly type: string;
  readonly name?: string;
  readonly constraints?: readonly unknown[];
  readonly each: boolean;
}

/** What each validator says as a schema: the validators are the source, the document follows. */
const SCHEMAS: Readonly<Record<string, (constraint: unknown) => Schema>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isBoolean: () => ({ type: 'boolean' }),
  isObject: () => ({ type: 'object', additionalProperties: true }),
  isMoment: () => ({ type: 'string', format: 'date-time' }),
  isNotEmpty: () => ({ minLength: 1 }),
  maxLength: (max) => ({ maxLength: max as number }),
  min: (min) => ({ minimum: min as number }),
  max: (max) => ({ maximum: max as number }),
  matches: (pattern) => ({ pattern: (pattern as RegExp).source }),
  isIn: (words) => ({ type: 'string', enum: [...(words as readonly string[])] }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (min) => ({ minItems: min as number }),
  arrayMaxSize: (max) => ({ maxItems: max as number }),
};

/** @throws {Error} a validator says something that no schema here does */
export function inputFieldsOf(dto: Type): InputField[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false) as Rule[];
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  return names.map((name) =>
    fieldOf(
      dto,
      name,
      rules.filter(({ propertyName }) => propertyName === name),
    ),
  );
}

/** Gives a DTO its schema in the document: `EventDto` becomes `WorkflowEventRequest`. */
export function documentInput(dto: Type): void {
  ApiSchema({ name: `Workflow${dto.name.replace(/Dto$/, '')}Request` })(dto);
  for (const { name, schema, nested, ...said } of inputFieldsOf(dto)) {
    const { type, additionalProperties: _, ...bounds } = schema;
    const shape = nested ? { ...bounds, type: () => nested(), isArray: type === 'array' } : schema;
    ApiProperty({ ...shape, ...said } as ApiPropertyOptions)(dto.prototype as object, name);
    if (nested) documentInput(nested());
  }
}

function fieldOf(dto: Type, name: string, rules: readonly Rule[]): InputField {
  const nested = nestedIn(dto, name);
  const items = rules.filter(({ each }) => each);
  const own = schemaOf(
    dto,
    rules.filter(({ each }) => !each),
  );
  const isList = own.type === 'array' || items.length > 0;
  const schema: Schema = isList
    ? { ...own, type: 'array', ...(!nested && { items: schemaOf(dto, items) }) }
    : Object.keys(own).length > 0 || nested
      ? own
      : JSON_VALUE;
  return {
    name,
    required: !rules.some(({ type }) => type === 'conditionalValidation'),
    schema,
    ...aboutOf(dto.prototype as object, name),
    ...(nested && { nested }),
  };
}

function schemaOf(dto: Type, rules: readonly Rule[]): Schema {
  const saying = rules.filter(({ type }) => type === 'customValidation');
  return Object.assign({}, ...saying.map((rule) => said(dto, rule))) as Schema;
}

function said(dto: Type, { name = '', constraints = [], propertyName }: Rule): Schema {
  const schema = SCHEMAS[name];
  if (!schema)
    throw new Error(`${dto.name}.${propertyName}: the document does not know the validator ${name}`);
  return schema(constraints[0]);
}
