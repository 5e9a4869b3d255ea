import {
  ConfigurableModuleBuilder,
  Inject,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type FactoryProvider,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { IWorkflowRunnerProps } from '../runner-props.js';
import type { RunnerWorkflow } from '../workflow-options.js';
import { WorkflowRunner } from '../workflow-runner.js';
import { FeatureWorkflows } from './feature-workflows.js';
import { injectedWorkflows } from './inject-workflow.decorator.js';
import { ListenerDiscovery } from './listener-discovery.js';
import { listedWorkflows } from './listed-workflows.js';
import { NestLogger } from './nest-logger.js';
import { PROPS_OVERRIDE, type PropsOverride } from './props-override.js';
import { ProviderActivator } from './provider-activator.js';
import { WorkflowDiscovery } from './workflow-discovery.js';
import { WorkflowHandle } from './workflow-handle.js';
import { WorkflowRunnerService } from './workflow-runner.service.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<IWorkflowRunnerProps>(
  { moduleName: 'WorkflowRunner' },
)
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createWorkflowRunnerOptions')
  .build();

/** How `forRootAsync` gets its options: `useFactory` with `inject`, `useClass` or `useExisting`. */
export type WorkflowRunnerAsyncOptions = ConfigurableModuleAsyncOptions<
  IWorkflowRunnerProps,
  'createWorkflowRunnerOptions'
>;

/** What `useClass` and `useExisting` name. */
export interface WorkflowRunnerOptionsFactory {
  createWorkflowRunnerOptions(): Promise<IWorkflowRunnerProps> | IWorkflowRunnerProps;
}

const runner: FactoryProvider<WorkflowRunnerService> = {
  provide: WorkflowRunnerService,
  inject: [
    MODULE_OPTIONS_TOKEN,
    ProviderActivator,
    WorkflowDiscovery,
    ListenerDiscovery,
    { token: PROPS_OVERRIDE, optional: true },
  ],
  useFactory: (
    options: IWorkflowRunnerProps,
    activator: ProviderActivator,
    workflows: WorkflowDiscovery,
    listeners: ListenerDiscovery,
    override: PropsOverride = (props) => props,
  ) => {
    const props = override({ activator, logger: new NestLogger(), ...options });
    return new WorkflowRunnerService(props, workflows, listeners);
  },
};

/**
 * Keeps the runner, for every module. Global, so that its store opens before, and closes after, what other modules
 * do with it.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    runner,
    { provide: WorkflowRunner, useExisting: WorkflowRunnerService },
    ProviderActivator,
    WorkflowDiscovery,
    ListenerDiscovery,
  ],
  exports: [WorkflowRunnerService, WorkflowRunner],
})
class WorkflowRunnerCoreModule extends ConfigurableModuleClass {}

/** Modules that list workflows: a class or an object with a property `workflows`. */
export type ModuleWithWorkflows = object;

/** Embeds a durable workflow runner into an application. */
@Module({})
export class WorkflowRunnerModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(WorkflowRunnerService) private readonly service: WorkflowRunnerService) {}

  /** Once in an application, in its root module. */
  static forRoot(options: IWorkflowRunnerProps = {}): DynamicModule {
    return rootOf(WorkflowRunnerCoreModule.forRoot(options));
  }

  static forRootAsync(options: WorkflowRunnerAsyncOptions): DynamicModule {
    return rootOf(WorkflowRunnerCoreModule.forRootAsync(options));
  }

  /** Registers workflows of one module. */
  static forFeature(workflows: readonly RunnerWorkflow[]): DynamicModule {
    return featureOf(workflows);
  }

  /** Registers what modules list under `workflows`, of category `workflow`. */
  static forModules(modules: readonly ModuleWithWorkflows[]): DynamicModule {
    return featureOf(modules.flatMap(listedWorkflows));
  }

  /** The hooks of everything deeper have run: steps may. @throws {ComponentFailedError} */
  async onApplicationBootstrap(): Promise<void> {
    await this.service.begin();
  }

  /** Before the modules that steps work with are destroyed. */
  async onModuleDestroy(): Promise<void> {
    await this.service.stop();
    WorkflowRunner.dropDefault(this.service);
  }
}

@Module({})
class WorkflowFeatureModule {}

function rootOf(core: DynamicModule): DynamicModule {
  return {
    module: WorkflowRunnerModule,
    imports: [
      {
        ...core,
        global: true,
        // Asked for when the application is made, when all its files have been loaded.
        get providers() {
          return [...(core.providers ?? []), ...handles()];
        },
        get exports() {
          return injectedWorkflows().map(([, token]) => token);
        },
      },
    ],
  };
}

function handles(): FactoryProvider[] {
  return injectedWorkflows().map(([workflow, provide]) => ({
    provide,
    inject: [WorkflowRunnerService],
    useFactory: (service: WorkflowRunnerService) => new WorkflowHandle(service, workflow),
  }));
}

function featureOf(workflows: readonly RunnerWorkflow[]): DynamicModule {
  const list = new FeatureWorkflows(workflows);
  return { module: WorkflowFeatureModule, providers: [{ provide: Symbol('workflows'), useValue: list }] };
}
