import {
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { About } from '../input/about.js';
import { AsSent } from '../input/as-sent.js';
import { Nested } from '../input/nested.js';
import { inputFieldsOf } from './input-fields.js';
import { JSON_VALUE } from './json-value.js';

class Inner {
  @IsBoolean()
  flag!: boolean;
}

class Outer {
  @About('What it is called.', 'x')
  @IsString()
  @MaxLength(5)
  name!: string;

  @IsOptional()
  @IsInt()
  @Max(9)
  count?: number;

  @IsOptional()
  @IsIn(['a', 'b'], { each: true })
  words?: string[];

  @IsOptional()
  @AsSent()
  anything?: unknown;

  @Nested(() => Inner)
  one!: Inner;

  @IsArray()
  @Nested(() => Inner, { each: true })
  many!: Inner[];
}

describe('inputFieldsOf', () => {
  it('says what the validators say', () => {
    const fields = inputFieldsOf(Outer).map(({ nested, ...field }) => ({ ...field, nested: nested?.() }));
    const field = (name: string) => fields.find((one) => one.name === name);
    expect(field('name')).toMatchObject({
      required: true,
      description: 'What it is called.',
      example: 'x',
      schema: { type: 'string', maxLength: 5 },
    });
    expect(field('count')).toMatchObject({ required: false, schema: { type: 'integer', maximum: 9 } });
    const items = { type: 'string', enum: ['a', 'b'] };
    expect(field('words')).toMatchObject({ required: false, schema: { type: 'array', items } });
    expect(field('anything')?.schema).toEqual(JSON_VALUE);
    expect(field('one')).toMatchObject({ nested: Inner, schema: {} });
    expect(field('many')).toMatchObject({ nested: Inner, schema: { type: 'array' } });
  });

  it('refuses a validator that it has no schema for', () => {
    class Unknown {
      @IsEmail()
      mail!: string;
    }
    expect(() => inputFieldsOf(Unknown)).toThrow('Unknown.mail');
  });
});
