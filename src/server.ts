import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { JwtAuthenticator, TokenAuthenticator } from '@workflow-runner/gateway/rest';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { createApp } from './http/create-app.js';
import { PageSession } from './http/page/session.js';
import type { Logging } from './logging/create-logging.js';
import type { Settings } from './settings/settings.js';
import { loadModules } from './start/load-modules.js';
import { runnerPropsOf } from './start/runner-props.js';

/** One application with a runner behind one HTTP server. */
export class Server {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly settings: Settings,
  ) {}

  /**
   * @param token the local administrator's; null: callers bring JSON Web Tokens
   * @throws {SettingsError} @throws {InvalidOptionsError}
   */
  static async create(settings: Settings, logging: Logging, token: string | null): Promise<Server> {
    const { workflows, modules } = await loadModules(settings.workflowModules);
    const parts = {
      place: { port: settings.port, host: settings.host },
      runner: runnerPropsOf(settings, workflows, logging),
      modules,
      authenticator: settings.jwt ? new JwtAuthenticator(settings.jwt) : new TokenAuthenticator(token ?? ''),
      pageSession: token === null ? null : new PageSession(token),
      restLogger: logging.loggerOf('workflow:rest'),
    };
    return new Server(await createApp(parts, logging.nest), settings);
  }

  get runner(): WorkflowRunnerService {
    return this.app.get(WorkflowRunnerService);
  }

  /** `http://127.0.0.1:3000`, with the port that was found when none was asked for. */
  get address(): string {
    const { host, port } = this.settings;
    const bound = this.app.getHttpServer().address() as AddressInfo | null;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound?.port ?? port}`;
  }

  /** Opens the store, listens, and begins to run. */
  async start(): Promise<void> {
    await this.app.init();
  }

  /** Takes no more work, lets running steps finish up to the drain limit, and lets go of everything. */
  async stop(): Promise<void> {
    const { runner } = this;
    await this.app.close();
    // Nest has logged it.
    if (runner.state.status === 'error') throw new Error('The runner could not be stopped in order');
  }
}
