import type { Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';

const shapes = new WeakMap<object, Map<string, () => Class>>();

/** A field that holds another DTO, or a list of them. */
export function Nested(shape: () => Class, { each = false } = {}): PropertyDecorator {
  return (prototype, key) => {
    const own = shapes.get(prototype) ?? new Map<string, () => Class>();
    shapes.set(prototype, own.set(String(key), shape));
    Type(shape)(prototype, key);
    ValidateNested({ each })(prototype, key);
  };
}

/** The DTO that a field of a DTO holds. */
export function nestedIn(dto: Class, field: string): (() => Class) | undefined {
  for (
    let prototype: object | null = dto.prototype as object;
    prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const shape = shapes.get(prototype)?.get(field);
    if (shape) return shape;
  }
  return undefined;
}
