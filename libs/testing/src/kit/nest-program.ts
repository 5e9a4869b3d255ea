import { Module, type DynamicModule } from '@nestjs/common';
import {
  PROPS_OVERRIDE,
  WorkflowRunner,
  WorkflowRunnerModule,
  type PropsOverride,
  type RunnerWorkflow,
} from '@workflow-runner/runner';
import { importsRunner } from './imports-runner.js';
import type { NestParts } from './kit-options.js';
import type { MakeProgram, Program } from './program.js';

/** A Nest application; `WorkflowRunnerModule.forRoot` is added where no module imports it. */
export function nestProgram(parts: NestParts, workflows: readonly RunnerWorkflow[]): MakeProgram {
  const { imports = [], providers = [], controllers = [] } = parts;
  return async (propsOverride) => {
    const { Test } = await import('@nestjs/testing');
    const root = (await importsRunner(imports)) ? [] : [WorkflowRunnerModule.forRoot()];
    const feature = workflows.length > 0 ? [WorkflowRunnerModule.forFeature(workflows)] : [];
    const builder = Test.createTestingModule({
      imports: [surroundings(propsOverride), ...root, ...feature, ...imports],
      providers,
      controllers,
    });
    await parts.override?.(builder);
    const app = await builder.compile();
    return {
      runner: app.get(WorkflowRunner, { strict: false }),
      app,
      begin: () => app.init(),
      close: () => app.close(),
    } satisfies Program;
  };
}

@Module({})
class SurroundingsModule {}

function surroundings(override: PropsOverride): DynamicModule {
  return {
    module: SurroundingsModule,
    global: true,
    providers: [{ provide: PROPS_OVERRIDE, useValue: override }],
    exports: [PROPS_OVERRIDE],
  };
}
