import { Module, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { WorkflowHealthIndicator } from './workflow-health.indicator.js';

export interface WorkflowObserveOptions {
  /**
   * Where `live` and `ready` are mounted, below the host's global prefix; null: nowhere, the host has a controller of
   * its own for the indicator. @default 'health'
   */
  readonly path?: string | null;
}

/** Tells whether the runner of WorkflowRunnerModule lives and is ready. */
@Module({
  // A check that fails is told to who asks; in the log it would stand once a second while a host drains.
  imports: [TerminusModule.forRoot({ logger: false })],
  providers: [WorkflowHealthIndicator],
  exports: [WorkflowHealthIndicator],
})
export class WorkflowObserveModule {
  static forRoot({ path = 'health' }: WorkflowObserveOptions = {}): DynamicModule {
    if (path === null) return { module: WorkflowObserveModule };
    const place = { path: path.replace(/^\/+|\/+$/g, ''), module: WorkflowObserveModule };
    return {
      module: WorkflowObserveModule,
      imports: [RouterModule.register([place])],
      controllers: [HealthController],
    };
  }
}
