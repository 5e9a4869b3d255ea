import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { WorkflowObserveModule } from '@workflow-runner/gateway/observe';
import { JwtAuthenticator, WorkflowRestModule } from '@workflow-runner/gateway/rest';
import { WorkflowRunnerModule } from '@workflow-runner/runner';

@Module({
  imports: [
    WorkflowRunnerModule.forRoot({ persistence: { connectionString: 'sqlite:./data/workflows.db' } }),
    WorkflowRestModule.forRootAsync({
      path: 'workflow',
      imports: [ConfigModule.forRoot()],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        authenticator: new JwtAuthenticator({ secret: config.getOrThrow<string>('JWT_SECRET') }),
      }),
    }),
    WorkflowObserveModule.forRoot(),
  ],
})
export class AppModule {}
