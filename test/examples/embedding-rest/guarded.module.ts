import { Module } from '@nestjs/common';
import { WorkflowRestModule } from '@workflow-runner/gateway/rest';
import { WorkflowRunnerModule } from '@workflow-runner/runner';
import { PeopleGuard, type Person } from './people.js';

@Module({
  imports: [
    WorkflowRunnerModule.forRoot({ persistence: { connectionString: 'memory:' } }),
    WorkflowRestModule.forRoot({
      guards: [PeopleGuard],
      callerOf: ({ user }) => {
        const { name, isAdmin, company } = user as Person;
        return {
          subject: name,
          kind: 'user',
          roles: [isAdmin ? 'admin' : 'viewer'],
          tenantId: company,
        };
      },
    }),
  ],
})
export class GuardedModule {}
