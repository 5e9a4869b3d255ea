import type { IncomingMessage } from 'node:http';
import { UnsupportedMediaTypeException } from '@nestjs/common';

const JSON_TYPE = /^application\/json *(;|$)/i;

/**
 * Refuses a body of another type than JSON: some frameworks would pass it on as text or as fields of a form, and some
 * leave it out.
 * @throws {UnsupportedMediaTypeException}
 */
export function assertJson({ headers }: IncomingMessage): void {
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
  const type = headers['content-type'];
  if (!hasBody || JSON_TYPE.test(type ?? '')) return;
  throw new UnsupportedMediaTypeException(`The body must be application/json, not ${type ?? 'of no type'}`);
}
