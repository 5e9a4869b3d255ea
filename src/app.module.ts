import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Logger } from '@workflow-runner/contract';
import { WorkflowRestModule, type Authenticator } from '@workflow-runner/gateway/rest';
import { WorkflowRunner } from '@workflow-runner/runner';
import { HealthController } from './http/health.controller.js';
import { PageController } from './http/page/page.controller.js';
import { PageSession } from './http/page/session.js';
import { Readiness } from './http/readiness.js';

/** What the application is wired from. */
export interface AppParts {
  readonly runner: WorkflowRunner;
  readonly readiness: Readiness;
  readonly authenticator: Authenticator;
  /** Null when callers bring tokens of their own. */
  readonly pageSession: PageSession | null;
  readonly restLogger: Logger;
}

/** The wiring plan of the server. */
@Module({})
export class AppModule {
  static forRoot({ runner, readiness, authenticator, pageSession, restLogger }: AppParts): DynamicModule {
    const providers: Provider[] = [
      { provide: WorkflowRunner, useValue: runner },
      { provide: Readiness, useValue: readiness },
      { provide: PageSession, useValue: pageSession },
    ];
    return {
      module: AppModule,
      imports: [WorkflowRestModule.forRoot({ runner, authenticator, logger: restLogger })],
      controllers: [HealthController, PageController],
      providers,
    };
  }
}
