import type { HttpAdapterHost } from '@nestjs/core';
import type { Logger } from '@workflow-runner/contract';
import { CORRELATION_HEADER, correlationIdOf } from '../correlation-id.js';
import { pathOf, rawRequestOf, type HttpRequest } from '../raw-request.js';
import { logProblem } from './log-problem.js';
import { PROBLEM_MEDIA_TYPE, problemOf, type Problem } from './problem.js';
import { problemHeaders } from './problem-headers.js';

/** Answers a request with what went wrong, unless it is answered already, and logs it. @returns what went wrong */
export function answerProblem(
  { httpAdapter }: HttpAdapterHost,
  logger: Logger,
  error: unknown,
  exchange: { readonly request: HttpRequest; readonly response: unknown },
): Problem {
  const { response } = exchange;
  const request = rawRequestOf(exchange.request);
  const correlationId = correlationIdOf(request);
  const problem = problemOf(error, { path: pathOf(request), correlationId });
  logProblem(logger, problem, error);
  if (httpAdapter.isHeadersSent(response)) return problem;
  const headers = { ...problemHeaders(problem, error), [CORRELATION_HEADER]: correlationId };
  for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
  httpAdapter.setHeader(response, 'content-type', PROBLEM_MEDIA_TYPE);
  httpAdapter.reply(response, JSON.stringify(problem), problem.status);
  return problem;
}
