import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import {
  WorkflowRunnerModule,
  WorkflowRunnerService,
  type IWorkflowRunnerProps,
} from '@workflow-runner/runner';

export const MEMORY = { connectionString: 'memory:' } as const;

/** Boots applications around a runner in memory and closes them at the end of a test. */
export class NestLab {
  private readonly apps: INestApplicationContext[] = [];

  /** An application with `forRoot(props)` beside what `parts` holds. */
  async boot(
    parts: ModuleMetadata = {},
    props: IWorkflowRunnerProps = {},
    prepare: (builder: TestingModuleBuilder) => void = () => undefined,
  ): Promise<INestApplicationContext> {
    const persistence = props.store ? {} : { persistence: MEMORY };
    const root = WorkflowRunnerModule.forRoot({ ...persistence, ...props });
    return this.bootModule({ ...parts, imports: [root, ...(parts.imports ?? [])] }, prepare);
  }

  async bootModule(
    metadata: ModuleMetadata,
    prepare: (builder: TestingModuleBuilder) => void = () => undefined,
  ): Promise<INestApplicationContext> {
    const builder = Test.createTestingModule(metadata);
    prepare(builder);
    const app = await builder.compile();
    this.apps.push(app);
    return app.init();
  }

  async clear(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.close()));
  }
}

export function runnerOf(app: INestApplicationContext): WorkflowRunnerService {
  return app.get(WorkflowRunnerService);
}

/** Starts an instance and waits for its end. */
export async function completed<T>(
  app: INestApplicationContext,
  workflowId: string,
  data: unknown = {},
): Promise<T> {
  const runner = runnerOf(app);
  const id = await runner.startWorkflow(workflowId, null, data);
  const instance = await runner.waitForCompletion<T>(id, { timeoutMs: 5_000 });
  if (instance.status !== 'completed') throw new Error(`${instance.status}: ${instance.error?.message}`);
  return instance.data;
}
