import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { JwtAuthenticator, TokenAuthenticator } from '@workflow-runner/gateway/rest';
import { WorkflowRunner } from '@workflow-runner/runner';
import { createApp } from './http/create-app.js';
import { PageSession } from './http/page/session.js';
import { Readiness } from './http/readiness.js';
import type { Logging } from './logging/create-logging.js';
import type { Settings } from './settings/settings.js';
import { loadWorkflows } from './start/load-workflows.js';
import { runnerPropsOf } from './start/runner-props.js';

/** How long requests under way may hold up a stop, in ms. */
const REQUESTS_LIMIT_MS = 2_000;

/** One runner behind one HTTP server. */
export class Server {
  private readonly readiness = new Readiness();
  private app: NestFastifyApplication | null = null;

  private constructor(
    readonly runner: WorkflowRunner,
    private readonly settings: Settings,
    private readonly logging: Logging,
    private readonly token: string | null,
  ) {}

  /** @param token the local administrator's; null: callers bring JSON Web Tokens */
  static async create(settings: Settings, logging: Logging, token: string | null): Promise<Server> {
    const workflows = await loadWorkflows(settings.workflowModules);
    const runner = new WorkflowRunner(runnerPropsOf(settings, workflows, logging));
    return new Server(runner, settings, logging, token);
  }

  /** `http://127.0.0.1:3000`, with the port that was found when none was asked for. */
  get address(): string {
    const bound = this.app?.getHttpServer().address();
    const port = typeof bound === 'object' && bound ? bound.port : this.settings.port;
    const { host } = this.settings;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Listens first, so that a port in use ends the start before anything has run. */
  async start(): Promise<void> {
    const { settings, runner, readiness, logging } = this;
    this.app = await createApp({ runner, readiness, ...this.access() }, logging.nest);
    await this.app.listen(settings.port, settings.host);
    await runner.initialize();
    readiness.isOpen = true;
  }

  private access() {
    const { settings, token, logging } = this;
    return {
      authenticator: settings.jwt ? new JwtAuthenticator(settings.jwt) : new TokenAuthenticator(token ?? ''),
      pageSession: token === null ? null : new PageSession(token),
      restLogger: logging.loggerOf('workflow:rest'),
    };
  }

  /** Takes no more requests, lets running steps finish up to the drain limit, and lets go of everything. */
  async stop(): Promise<void> {
    this.readiness.isOpen = false;
    await this.closeHttp();
    await this.runner.stop();
  }

  private async closeHttp(): Promise<void> {
    const { app } = this;
    if (!app) return;
    const limit = setTimeout(() => app.getHttpServer().closeAllConnections(), REQUESTS_LIMIT_MS);
    try {
      await app.close();
    } finally {
      clearTimeout(limit);
    }
  }
}
