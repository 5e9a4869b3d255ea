import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { WorkflowRunnerModule } from '@workflow-runner/runner';

@Module({
  imports: [
    WorkflowRunnerModule.forRootAsync({
      imports: [ConfigModule.forRoot()],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        persistence: { connectionString: config.getOrThrow<string>('WORKFLOWS_DB') },
        components: { lifecycle: { maxConcurrentWorkflows: config.get<number>('LANES') ?? 1_000 } },
      }),
    }),
  ],
})
export class AsyncOptionsModule {}
