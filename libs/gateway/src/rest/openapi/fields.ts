import { ApiProperty, ApiSchema, type ApiPropertyOptions } from '@nestjs/swagger';
import type { Type } from '@nestjs/common';
import { JSON_VALUE } from './json-value.js';

/** What is said about a field beside its type. */
export interface FieldOptions<N extends boolean, O extends boolean> {
  readonly description?: string;
  readonly example?: unknown;
  /** The value may be null. @default false */
  readonly nullable?: N;
  /** The field may be missing. @default false */
  readonly optional?: O;
}

type Value<T, N> = N extends true ? T | null : T;
type Holder<K extends string, T, O> = O extends true ? { readonly [P in K]?: T } : { readonly [P in K]: T };

/** A property decorator that compiles only where the property's type is one that the document allows. */
export type Field<T, N, O> = <K extends string, C extends Holder<K, Value<T, N>, O>>(
  target: C,
  key: K,
) => void;

/** A kind of field: `@Text() name!: string`, `@Text({ nullable: true }) name!: string | null`. */
type Kind<T> = <const N extends boolean = false, const O extends boolean = false>(
  options?: FieldOptions<N, O>,
) => Field<T, N, O>;

/** Names a class of answers in the document, and so in the clients made from it. */
export const Shape = (name: string, description?: string): ClassDecorator =>
  ApiSchema({ name, ...(description !== undefined && { description }) });

export const Text: Kind<string> = kind({ type: 'string' });
export const Whole: Kind<number> = kind({ type: 'integer' });
export const Figure: Kind<number> = kind({ type: 'number' });
export const Flag: Kind<boolean> = kind({ type: 'boolean' });
/** ISO 8601, UTC. */
export const Moment: Kind<Date | string> = kind({ type: 'string', format: 'date-time' });
export const Texts: Kind<readonly string[]> = kind({ type: 'array', items: { type: 'string' } });
export const TextByName: Kind<Readonly<Record<string, string>>> = kind({
  type: 'object',
  additionalProperties: { type: 'string' },
});
/** Texts, numbers and flags by name. */
export const Facts: Kind<Readonly<Record<string, string | number | boolean>>> = kind({
  type: 'object',
  additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
});
/** Whatever JSON can carry, null included. */
export const Json: Kind<unknown> = kind(JSON_VALUE);

/** Always the same value. */
export const Always = <const T extends boolean, const O extends boolean = false>(
  value: T,
  options?: FieldOptions<false, O>,
): Field<T, false, O> => kind<T>({ type: 'boolean', enum: [value] })(options);

/** One of a list of words, which has a name of its own in the document. */
export const OneOf = <const T extends string>(name: string, words: readonly T[]): Kind<T> =>
  kind<T>({ type: 'string', enum: [...words], enumName: name });

export const Of = <T extends object, const N extends boolean = false, const O extends boolean = false>(
  shape: () => Type<T>,
  options?: FieldOptions<N, O>,
): Field<T, N, O> => kind<T>({ type: () => shape() })(options);

export const ListOf = <T extends object, const N extends boolean = false, const O extends boolean = false>(
  shape: () => Type<T>,
  options?: FieldOptions<N, O>,
): Field<readonly T[], N, O> => kind<readonly T[]>({ type: () => shape(), isArray: true })(options);

function kind<T>(type: ApiPropertyOptions): Kind<T> {
  return ({ optional = false, ...said } = {}) => {
    const decorate = ApiProperty({ ...type, ...said, required: !optional } as ApiPropertyOptions);
    return (target, key) => decorate(target, key);
  };
}
