import { Module } from '@nestjs/common';
import { WorkflowRunnerModule } from '@workflow-runner/runner';

/** Starts, signals, asks and tells; other processes run the steps. It needs none of their classes. */
@Module({
  imports: [
    WorkflowRunnerModule.forRoot({
      persistence: { connectionString: 'sqlite:./data/workflows.db' },
      execute: false,
    }),
  ],
})
export class ApiOnlyModule {}
