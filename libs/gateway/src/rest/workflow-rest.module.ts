import {
  Inject,
  Module,
  type DynamicModule,
  type MiddlewareConsumer,
  type NestModule,
  type Provider,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { Logger, SilentLogger } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { AccessControl } from './access/access-control.js';
import { accessMiddleware } from './access/access.middleware.js';
import { CONTROLLERS } from './controllers/all.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { DEFAULT_PATH, REST_LOGGER, REST_PATH, type WorkflowRestOptions } from './rest-options.js';
import { routesOf } from './routes.js';

/**
 * The REST door of a runner. Guards, pipes and filters stand on its own controllers only; the host keeps its globals.
 * Who may do what is decided in middleware, before a body is parsed.
 */
@Module({})
export class WorkflowRestModule implements NestModule {
  constructor(
    @Inject(AccessControl) private readonly control: AccessControl,
    @Inject(REST_LOGGER) private readonly logger: Logger,
    @Inject(REST_PATH) private readonly path: string,
  ) {}

  static forRoot(options: WorkflowRestOptions): DynamicModule {
    const path = (options.path ?? DEFAULT_PATH).replace(/^\/+|\/+$/g, '');
    return {
      module: WorkflowRestModule,
      imports: [RouterModule.register([{ path, module: WorkflowRestModule }])],
      controllers: CONTROLLERS,
      providers: [
        runnerProvider(options),
        { provide: AccessControl, useFactory: () => new AccessControl(options.authenticator) },
        { provide: REST_LOGGER, useValue: options.logger ?? new SilentLogger() },
        { provide: REST_PATH, useValue: path },
        ProblemFilter,
      ],
      exports: [AccessControl, ProblemFilter, REST_LOGGER],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    for (const { method, path, access } of routesOf(CONTROLLERS)) {
      const route = { method, path: [this.path, path].filter((part) => part !== '').join('/') };
      consumer.apply(accessMiddleware(this.control, access, this.logger)).forRoutes(route);
    }
  }
}

function runnerProvider({ runner }: WorkflowRestOptions): Provider {
  return runner instanceof WorkflowRunner
    ? { provide: WorkflowRunner, useValue: runner }
    : { provide: WorkflowRunner, useExisting: runner };
}
