import { STATUS_CODES } from 'node:http';
import { getSchemaPath, type ApiResponseOptions } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '@workflow-runner/contract';
import { HTTP_STATUS } from '../errors/http-status.js';
import { Problem, PROBLEM_MEDIA_TYPE } from '../errors/problem.js';
import { CORRELATION_RESPONSE } from './correlation.js';
import type { Schema } from './schema.js';

/** Every code with an HTTP status. */
export const codesOf = (status: number): ErrorCode[] =>
  ERROR_CODES.filter((code) => HTTP_STATUS[code] === status);

/** The refusals of a route by status, each with the codes it may have. */
export function problemResponses(codes: readonly ErrorCode[]): (ApiResponseOptions & { status: number })[] {
  const statuses = [...new Set(codes.map((code) => HTTP_STATUS[code]))].sort((a, b) => a - b);
  return statuses.map((status) =>
    problemResponse(status, [...new Set(codes.filter((code) => HTTP_STATUS[code] === status))]),
  );
}

export function problemResponse(
  status: number,
  codes: readonly ErrorCode[],
): ApiResponseOptions & { status: number } {
  const narrowed: Schema = {
    type: 'object',
    properties: {
      status: { type: 'integer', enum: [status] },
      code: { type: 'string', enum: [...codes] },
    },
  };
  const schema: Schema = { allOf: [{ $ref: getSchemaPath(Problem) }, narrowed] };
  return {
    status,
    description: `${STATUS_CODES[status] ?? 'Error'}: ${codes.join(', ')}`,
    headers: { ...CORRELATION_RESPONSE, ...HEADERS[status] },
    content: { [PROBLEM_MEDIA_TYPE]: { schema } },
  };
}

const HEADERS: Readonly<Record<number, Record<string, { description: string; schema: Schema }>>> = {
  401: { 'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' } } },
  503: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } } },
};
