import type { PipeTransform, Type } from '@nestjs/common';
import { InvalidRequestError } from '@workflow-runner/contract';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import type { Violation } from '../errors/problem.js';
import { takeAsSent } from './as-sent.js';
import { checkJson } from './check-json.js';
import { droppedFields } from './dropped-fields.js';

/**
 * Turns a body or a query into a DTO, or refuses it with every field that is wrong. Fields the DTO does not know are
 * refused, never dropped. A missing body counts as an empty one. Made per parameter, so that a host's own pipes and
 * their options stay out of it.
 */
export class DtoPipe<T extends object> implements PipeTransform<unknown, Promise<T>> {
  constructor(
    private readonly dto: Type<T>,
    private readonly what: 'body' | 'query' = 'body',
  ) {}

  async transform(value: unknown): Promise<T> {
    const plain = value ?? {};
    if (typeof plain !== 'object' || Array.isArray(plain)) {
      throw new InvalidRequestError(`The ${this.what} must be a JSON object`);
    }
    checkJson(plain, this.what);
    const instance = plainToInstance(this.dto, plain);
    takeAsSent(instance, plain);
    const errors = await validate(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
    });
    const ofFields = errors.flatMap((error) => violationsOf(error, ''));
    const violations = [...ofFields, ...droppedFields(instance, plain)];
    if (violations.length > 0) throw refusal(this.what, violations);
    return instance;
  }
}

function refusal(what: string, violations: readonly Violation[]): InvalidRequestError {
  const [first] = violations;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return new InvalidRequestError(`The ${what} is not valid: ${first?.message}${more}`, violations);
}

function violationsOf(
  { property, constraints = {}, children = [] }: ValidationError,
  parent: string,
): Violation[] {
  const name = /^\d+$/.test(property) ? `[${property}]` : parent ? `.${property}` : property;
  const path = `${parent}${name}`;
  const own = Object.values(constraints).map((message) => ({ path, message }));
  return [...own, ...children.flatMap((child) => violationsOf(child, path))];
}
