import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Logger } from '@workflow-runner/contract';
import { WorkflowObserveModule } from '@workflow-runner/gateway/observe';
import { WorkflowRestModule, type Authenticator } from '@workflow-runner/gateway/rest';
import { WorkflowRunnerModule, type IWorkflowRunnerProps } from '@workflow-runner/runner';
import { HttpDoorModule, type Place } from './http/http-door.js';
import { PageController } from './http/page/page.controller.js';
import { PageSession } from './http/page/session.js';

/** What the application is wired from. */
export interface AppParts {
  readonly place: Place;
  readonly runner: IWorkflowRunnerProps;
  /** Of others: their providers and workflows become part of the application. */
  readonly modules: readonly Type[];
  readonly authenticator: Authenticator;
  /** Null when callers bring tokens of their own. */
  readonly pageSession: PageSession | null;
  readonly restLogger: Logger;
}

/** The wiring plan of the server. */
@Module({})
export class AppModule {
  static forRoot(parts: AppParts): DynamicModule {
    const { place, runner, modules, authenticator, pageSession, restLogger } = parts;
    return {
      module: AppModule,
      imports: [
        HttpDoorModule.forRoot(place),
        WorkflowRunnerModule.forRoot(runner),
        WorkflowRestModule.forRoot({ authenticator, logger: restLogger }),
        WorkflowObserveModule.forRoot(),
        ...modules,
      ],
      controllers: [PageController],
      providers: [{ provide: PageSession, useValue: pageSession }],
    };
  }
}
