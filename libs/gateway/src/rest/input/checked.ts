import { Body, Query, type Type } from '@nestjs/common';
import { ApiBody, ApiQuery, type ApiQueryOptions } from '@nestjs/swagger';
import { documentInput, inputFieldsOf } from '../openapi/input-fields.js';
import { DtoPipe } from './dto.pipe.js';

/**
 * The type of a parameter that a DtoPipe has made. Behind an alias no decorator sees the class, so that the pipes of a
 * host (`whitelist`, `transform`) leave the parameter to its own.
 */
export type Checked<T> = T;

/** The body as a DTO, checked and documented. */
export function CheckedBody(dto: Type<object>): ParameterDecorator {
  return (target, key, index) => {
    Body(new DtoPipe(dto))(target, key, index);
    documentInput(dto);
    const required = inputFieldsOf(dto).some((field) => field.required);
    document(ApiBody({ type: dto, required }), target, key);
  };
}

/** The query as a DTO, checked and documented. */
export function CheckedQuery(dto: Type<object>): ParameterDecorator {
  return (target, key, index) => {
    Query(new DtoPipe(dto, 'query'))(target, key, index);
    for (const field of inputFieldsOf(dto)) {
      // Lists are written `?status=failed,paused`.
      const style = field.schema.type === 'array' ? { style: 'form', explode: false } : {};
      document(ApiQuery({ ...field, ...style } as ApiQueryOptions), target, key);
    }
  };
}

function document(decorator: MethodDecorator, target: object, key: string | symbol | undefined): void {
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (key !== undefined && descriptor) decorator(target, key, descriptor);
}
