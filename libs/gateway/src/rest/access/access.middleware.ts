import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@workflow-runner/contract';
import { CORRELATION_HEADER, correlationIdOf } from '../correlation-id.js';
import { logProblem } from '../errors/log-problem.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from '../errors/problem.js';
import { problemHeaders } from '../errors/problem-headers.js';
import { pathOf } from '../raw-request.js';
import type { AccessControl } from './access-control.js';
import type { RouteAccess } from './require-permission.js';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/**
 * Lets in or refuses before the body is parsed, so that nobody learns from an answer about a body what only callers
 * may know, and a huge body of a stranger is never read into memory.
 */
export function accessMiddleware(
  control: AccessControl,
  access: RouteAccess | undefined,
  logger: Logger,
): Middleware {
  return (request, response, next) => {
    response.setHeader(CORRELATION_HEADER, correlationIdOf(request));
    control.admit(request, access).then(
      () => next(),
      (error: unknown) => refuse(request, response, error, logger),
    );
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown, logger: Logger): void {
  const problem = problemOf(error, { path: pathOf(request), correlationId: correlationIdOf(request) });
  logProblem(logger, problem, error);
  response.writeHead(problem.status, {
    ...problemHeaders(problem, error),
    'content-type': PROBLEM_MEDIA_TYPE,
  });
  response.end(JSON.stringify(problem));
}
