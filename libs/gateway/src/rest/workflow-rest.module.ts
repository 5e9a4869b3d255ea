import {
  ConfigurableModuleBuilder,
  Inject,
  Module,
  type ConfigurableModuleAsyncOptions,
  type FactoryProvider,
  type NestModule,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, RouterModule } from '@nestjs/core';
import { InvalidOptionsError, type Logger } from '@workflow-runner/contract';
import { NestLogger, WorkflowRunner, WorkflowRunnerService } from '@workflow-runner/runner';
import { AccessControl } from './access/access-control.js';
import { ByGuards, callerOfUser } from './access/by-guards.js';
import { ByHeaders } from './access/by-headers.js';
import { CONTROLLERS } from './controllers/all.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { RefusalNotes } from './errors/refusal-notes.js';
import { Doorkeeper } from './mount/doorkeeper.js';
import { mountOnExpress, type ExpressLike } from './mount/express-mount.js';
import { mountOnFastify, type FastifyLike } from './mount/fastify-mount.js';
import {
  checkRestSettings,
  DEFAULT_PATH,
  REST_LOGGER,
  type WorkflowRestPlace,
  type WorkflowRestSettings,
} from './rest-options.js';
import { OpenStreams } from './stream/open-streams.js';
import { resolveStreamOptions } from './stream/stream-options.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<WorkflowRestSettings>(
  { moduleName: 'WorkflowRest' },
)
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createWorkflowRestOptions')
  .setExtras<WorkflowRestPlace>({}, (definition, { path = DEFAULT_PATH }) => ({
    ...definition,
    imports: [
      ...(definition.imports ?? []),
      RouterModule.register([{ path: path.replace(/^\/+|\/+$/g, ''), module: definition.module }]),
    ],
  }))
  .build();

/** How `forRootAsync` gets its options: `useFactory` with `inject`, `useClass` or `useExisting`; `path` beside it. */
export type WorkflowRestAsyncOptions = ConfigurableModuleAsyncOptions<
  WorkflowRestSettings,
  'createWorkflowRestOptions'
> &
  WorkflowRestPlace;

const runner: FactoryProvider<WorkflowRunner> = {
  provide: WorkflowRunner,
  inject: [MODULE_OPTIONS_TOKEN, { token: WorkflowRunnerService, optional: true }],
  useFactory: ({ runner: given }: WorkflowRestSettings, ofModule?: WorkflowRunnerService) => {
    const found = given ?? ofModule;
    if (!found) throw new InvalidOptionsError('runner', 'give one, or import WorkflowRunnerModule.forRoot()');
    return found;
  },
};

const control: FactoryProvider<AccessControl> = {
  provide: AccessControl,
  inject: [MODULE_OPTIONS_TOKEN, ModuleRef, REST_LOGGER],
  useFactory: (settings: WorkflowRestSettings, modules: ModuleRef, logger: Logger) => {
    checkRestSettings(settings);
    const { authenticator, guards, callerOf = callerOfUser } = settings;
    if (guards) return new AccessControl(new ByGuards(guards, callerOf, modules));
    if (!authenticator)
      logger.warn('rest.closed', { reason: 'no authenticator and no guards: nobody is let in' });
    return new AccessControl(new ByHeaders(authenticator));
  },
};

const logger: FactoryProvider<Logger> = {
  provide: REST_LOGGER,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: ({ logger: given }: WorkflowRestSettings) => given ?? new NestLogger('WorkflowRest'),
};

const streams: FactoryProvider<OpenStreams> = {
  provide: OpenStreams,
  inject: [MODULE_OPTIONS_TOKEN, REST_LOGGER],
  useFactory: ({ streams: given }: WorkflowRestSettings, log: Logger) =>
    new OpenStreams(resolveStreamOptions(given), log),
};

/**
 * The REST door of a runner. Guards, pipes and filters stand on its own controllers only; the host keeps its globals.
 * Who may do what is decided before a body is read.
 */
@Module({
  controllers: CONTROLLERS,
  providers: [runner, control, logger, streams, RefusalNotes, Doorkeeper, ProblemFilter],
  exports: [AccessControl, ProblemFilter, REST_LOGGER],
})
export class WorkflowRestModule extends ConfigurableModuleClass implements NestModule, OnModuleInit {
  /** @internal */
  constructor(
    @Inject(AccessControl) private readonly control: AccessControl,
    @Inject(Doorkeeper) private readonly doorkeeper: Doorkeeper,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {
    super();
  }

  /** Nest asks for middleware, of which there is none, before it registers routes. */
  configure(): void {
    const { httpAdapter } = this.host;
    if (httpAdapter.getType() === 'fastify') {
      mountOnFastify(httpAdapter.getInstance<FastifyLike>(), this.doorkeeper);
    }
  }

  /** Routes are registered. */
  async onModuleInit(): Promise<void> {
    await this.control.prepare();
    const { httpAdapter } = this.host;
    if (httpAdapter?.getType() === 'express') {
      mountOnExpress(httpAdapter.getInstance<ExpressLike>(), this.doorkeeper);
    }
  }
}
