import type { INestApplicationContext } from '@nestjs/common';
import { WorkflowRunner, type PropsOverride, type RunnerWorkflow } from '@workflow-runner/runner';

/** What one process runs: a runner, and the application around it where there is one. */
export interface Program {
  readonly runner: WorkflowRunner;
  readonly app: INestApplicationContext | null;
  /** Resolves when steps run. */
  begin(): Promise<unknown>;
  close(): Promise<void>;
}

/** Makes a program that has not begun, with the surroundings of its process. */
export type MakeProgram = (override: PropsOverride) => Promise<Program>;

/** A runner without an application. */
export function plainProgram(workflows: readonly RunnerWorkflow[]): MakeProgram {
  return (override) => {
    const runner = new WorkflowRunner(override({ workflows }));
    return Promise.resolve({
      runner,
      app: null,
      begin: () => runner.initialize(),
      close: () => runner.stop(),
    });
  };
}
