import { STATUS_CODES } from 'node:http';
import { RequestMethod, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import type { ErrorCode } from '@workflow-runner/contract';
import { Problem } from '../errors/problem.js';
import type { Route } from '../routes.js';
import { CORRELATION_REQUEST, CORRELATION_RESPONSE } from './correlation.js';
import { documentOf } from './documented.decorator.js';
import { codesOf, problemResponse, problemResponses } from './problem-responses.js';

/** Writes a route into whichever document it becomes part of: what `Documented` says, and what follows from its kind. */
export function documentRoute(route: Route): void {
  const document = documentOf(route.handler);
  if (!document) return;
  const { id, summary, description, params = {}, answers, refuses = [] } = document;
  const apply = (decorator: MethodDecorator) => {
    const descriptor = Object.getOwnPropertyDescriptor(route.controller.prototype, route.name);
    if (descriptor) decorator(route.controller.prototype as object, route.name, descriptor);
  };
  apply(ApiOperation({ operationId: id, summary, ...(description !== undefined && { description }) }));
  apply(ApiExtraModels(Problem));
  apply(ApiHeader(CORRELATION_REQUEST));
  if (route.access !== 'open') apply(ApiBearerAuth());
  for (const [name, meaning] of Object.entries(params)) {
    apply(ApiParam({ name, description: meaning, schema: { type: 'string' } }));
  }
  for (const [status, type] of Object.entries(answers)) apply(ApiResponse(answer(Number(status), type)));
  for (const response of problemResponses([...refuses, ...codesOfKind(route)])) {
    // A route may answer with a status of its own, as the health of a runner that is away.
    if (!(response.status in answers)) apply(ApiResponse(response));
  }
  if (hasBody(route)) apply(ApiResponse(problemResponse(415, ['INVALID_REQUEST'])));
}

/** The store or the runner is away. */
const AWAY = codesOf(503).filter((code) => code !== 'STREAM_LIMIT_REACHED');

/** What every route of a kind may refuse with. */
function codesOfKind(route: Route): ErrorCode[] {
  const codes: ErrorCode[] = ['UNAUTHENTICATED', 'INTERNAL', ...AWAY];
  if (route.access !== 'open') codes.push('FORBIDDEN');
  if (hasBody(route)) codes.push('INVALID_REQUEST', 'PAYLOAD_TOO_LARGE');
  return codes;
}

function hasBody({ method }: Route): boolean {
  return method !== RequestMethod.GET && method !== RequestMethod.DELETE;
}

function answer(status: number, answered: Type | string): ApiResponseOptions {
  const told = { status, description: STATUS_CODES[status] ?? '', headers: CORRELATION_RESPONSE };
  if (typeof answered !== 'string') return { ...told, type: answered };
  return { ...told, content: { [answered]: { schema: { type: 'string' } } } };
}
