import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WorkflowRunner } from '@workflow-runner/runner';
import { startExample } from '../../start/start-example.js';
import { PageSession } from './session.js';
import { lockedPage, statusPage } from './status-page.js';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const NEWEST = 20;

/** The page behind the address that the server prints. It only shows; everything that acts is in the API. */
@Controller()
export class PageController {
  constructor(
    @Inject(WorkflowRunner) private readonly runner: WorkflowRunner,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    /** Null when callers bring tokens of their own. */
    @Inject(PageSession) private readonly session: PageSession | null,
  ) {}

  /** A token in the address becomes a cookie and leaves the address. */
  @Get()
  async open(
    @Query('token') token: unknown,
    @Headers('cookie') cookies: string | undefined,
    @Headers('host') host: string | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<string> {
    const { session } = this;
    this.setHeaders(response, HEADERS);
    if (session && typeof token === 'string' && session.isToken(token)) {
      this.setHeaders(response, { location: '/', 'set-cookie': session.cookie });
      this.host.httpAdapter.status(response, 303);
      return '';
    }
    if (session?.isIn(cookies)) return this.status(`http://${host ?? 'localhost'}`);
    this.host.httpAdapter.status(response, 401);
    return lockedPage(session !== null);
  }

  private async status(address: string): Promise<string> {
    const [counts, newest] = await Promise.all([
      this.runner.countByStatus(),
      this.runner.listInstances({}, { limit: NEWEST }),
    ]);
    const workflows = this.runner.getRegisteredWorkflows().map(({ id }) => id);
    const example = startExample({ address, token: '<token>', workflows });
    return statusPage({ counts, workflows, newest: newest.items, example });
  }

  private setHeaders(response: unknown, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers))
      this.host.httpAdapter.setHeader(response, name, value);
  }
}
