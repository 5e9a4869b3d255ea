import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TokenAuthenticator, WorkflowRestModule } from '@workflow-runner/gateway/rest';
import { WorkflowObserveModule } from '@workflow-runner/gateway/observe';
import { WorkflowRunnerModule } from '@workflow-runner/runner';
import { HostController, HostFilter, HostGuard, Ticker } from './host.js';
import { Ears, OrderWorkflow, Slow } from './orders.js';
import { Pool } from './pool.js';

@Module({
  imports: [
    ScheduleModule.forRoot(),
    WorkflowRunnerModule.forRoot({ persistence: { connectionString: process.env['DB']! }, nodeId: 'app' }),
    WorkflowRestModule.forRoot({ authenticator: new TokenAuthenticator('secret-of-the-app') }),
    WorkflowObserveModule.forRoot(),
  ],
  controllers: [HostController],
  providers: [
    Pool,
    Slow,
    OrderWorkflow,
    Ears,
    Ticker,
    { provide: APP_GUARD, useClass: HostGuard },
    { provide: APP_FILTER, useClass: HostFilter },
  ],
})
export class AppModule {}
