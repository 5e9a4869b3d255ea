import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Logger } from '@workflow-runner/contract';
import { CORRELATION_HEADER, correlationIdOf } from '../correlation-id.js';
import { pathOf, rawRequestOf, type HttpRequest } from '../raw-request.js';
import { REST_LOGGER } from '../rest-options.js';
import { logProblem } from './log-problem.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.js';
import { problemHeaders } from './problem-headers.js';

/** Answers every error as problem+json. Its own controllers use it; a host may make it a global filter. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(REST_LOGGER) private readonly logger: Logger,
  ) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const http = context.switchToHttp();
    const request = rawRequestOf(http.getRequest<HttpRequest>());
    const response = http.getResponse<unknown>();
    const adapter = this.host.httpAdapter;
    const correlationId = correlationIdOf(request);
    const problem = problemOf(error, { path: pathOf(request), correlationId });
    logProblem(this.logger, problem, error);
    if (adapter.isHeadersSent(response)) return;
    const headers = { ...problemHeaders(problem, error), [CORRELATION_HEADER]: correlationId };
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    adapter.setHeader(response, 'content-type', PROBLEM_MEDIA_TYPE);
    adapter.reply(response, JSON.stringify(problem), problem.status);
  }
}
