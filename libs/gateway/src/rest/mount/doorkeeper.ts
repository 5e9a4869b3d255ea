import { Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Logger } from '@workflow-runner/contract';
import { AccessControl } from '../access/access-control.js';
import { CORRELATION_HEADER, correlationIdOf } from '../correlation-id.js';
import { answerProblem } from '../errors/answer-problem.js';
import { RefusalNotes } from '../errors/refusal-notes.js';
import { rawRequestOf, type HttpRequest } from '../raw-request.js';
import { REST_LOGGER } from '../rest-options.js';
import type { RouteMark } from './route-mark.js';

/** A request for one of our routes that has not got there yet. */
export interface Arrival {
  readonly route: RouteMark;
  readonly request: HttpRequest;
  readonly response: unknown;
}

/**
 * Stands before the body is read, so that nobody learns from an answer about a body what only callers may know, and
 * a huge body of a stranger is never taken into memory.
 */
export class Doorkeeper {
  constructor(
    @Inject(AccessControl) private readonly control: AccessControl,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(REST_LOGGER) private readonly logger: Logger,
    @Inject(RefusalNotes) private readonly refusals: RefusalNotes,
  ) {}

  /** Lets a request go on, or answers it. @returns whether it may go on */
  async admit(arrival: Arrival): Promise<boolean> {
    const { request, response } = arrival;
    const correlationId = correlationIdOf(rawRequestOf(request));
    this.host.httpAdapter.setHeader(response, CORRELATION_HEADER, correlationId);
    if (!this.control.needsHeadersOnly) return true;
    const refusal = await this.refusalOf(arrival);
    if (refusal) this.answer(refusal.error, arrival);
    return !refusal;
  }

  /** Answers what went wrong with a body; whoever may not know of it hears that instead. */
  async fail(error: unknown, arrival: Arrival): Promise<void> {
    const refusal = await this.refusalOf(arrival);
    this.answer(refusal ? refusal.error : error, arrival);
  }

  private answer(error: unknown, arrival: Arrival): void {
    const problem = answerProblem(this.host, this.logger, error, arrival);
    this.refusals.note(problem, error, arrival.request);
  }

  private refusalOf({ route, request, response }: Arrival): Promise<{ readonly error: unknown } | null> {
    const context = new ExecutionContextHost([request, response], route.controller, route.handler);
    return this.control.admit(context).then(
      () => null,
      (error: unknown) => ({ error }),
    );
  }
}
