import { join } from 'node:path';
import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ExecutionResult,
  StepBody,
  WorkflowRunnerModule,
  WorkflowRunnerService,
} from '@workflow-runner/runner';
import { makeMoreWorkflows } from '../more-workflows.mjs';
import { makeWorkflows } from '../workflows.mjs';

/**
 * This engine in a Nest application.
 * @param dependency what the steps ask for in their constructor; null: nothing, and they are no providers
 */
export async function openNest(directory, hooks, dependency) {
  const providers = dependency === null ? [] : [dependency];
  const asProvider = (Body) => {
    if (dependency === null) return Body;
    const Provider = class extends Body {
      constructor(given) {
        super();
        this.given = given;
      }
    };
    Injectable()(Provider);
    Inject(dependency)(Provider, undefined, 0);
    providers.push(Provider);
    return Provider;
  };
  const classes = { StepBody, ExecutionResult };
  const workflows = [...makeWorkflows(classes, hooks, asProvider), ...makeMoreWorkflows(classes, hooks)];
  const persistence = { connectionString: `sqlite:${join(directory, 'bench.db')}` };
  class AppModule {}
  Module({ imports: [WorkflowRunnerModule.forRoot({ workflows, persistence })], providers })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const runner = app.get(WorkflowRunnerService);
  return {
    durable: 'SQLite, synchronous=FULL',
    start: (workflow, data) => runner.startWorkflow(workflow, undefined, data),
    done: async (id) => (await runner.waitForCompletion(id)).data,
    publish: (name, key, data) => runner.publishEvent(name, key, data),
    /** Resolves when so many instances wait. */
    async parked(count) {
      while ((await runner.getStats()).byStatus.waiting < count)
        await new Promise((resolve) => setTimeout(resolve, 10));
    },
    /** What becomes durable from now on, in order. */
    feed: () => runner.feed({}),
    close: () => app.close(),
  };
}

/** Something to be injected. @param scope of Nest */
export function aDependency(scope = Scope.DEFAULT) {
  class Dependency {}
  Injectable({ scope })(Dependency);
  return Dependency;
}
