import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Logger } from '@workflow-runner/contract';
import type { HttpRequest } from '../raw-request.js';
import { REST_LOGGER } from '../rest-options.js';
import { RefusalNotes } from './refusal-notes.js';
import { answerProblem } from './answer-problem.js';

/** Answers every error as problem+json. Its own controllers use it; a host may make it a global filter. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** @internal */
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(REST_LOGGER) private readonly logger: Logger,
    @Inject(RefusalNotes) private readonly refusals: RefusalNotes,
  ) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const http = context.switchToHttp();
    const exchange = { request: http.getRequest<HttpRequest>(), response: http.getResponse<unknown>() };
    const problem = answerProblem(this.host, this.logger, error, exchange);
    this.refusals.note(problem, error, exchange.request);
  }
}
