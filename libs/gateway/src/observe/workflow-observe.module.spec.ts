import 'reflect-metadata';
import {
  Catch,
  Controller,
  Get,
  Inject,
  VersioningType,
  type ArgumentsHost,
  type DynamicModule,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import {
  HealthCheck,
  HealthCheckService,
  TerminusModule,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import {
  ExecutionResult,
  StepBody,
  WorkflowRunnerService,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../../test/e2e/until.js';
import { ADAPTERS, RestLab, TOKEN, type Host } from '../../../../test/rest/host-lab.js';
import { WorkflowHealthIndicator } from './workflow-health.indicator.js';
import { WorkflowObserveModule } from './workflow-observe.module.js';

const lab = new RestLab();
afterEach(() => lab.clear());

let letGo: (() => void) | null = null;
afterEach(() => {
  letGo = null;
});

class Held extends StepBody {
  async run() {
    await new Promise<void>((resolve) => (letGo = resolve));
    return ExecutionResult.next();
  }
}
class Long {
  id = 'long';
  version = 1;
  build(builder: WorkflowBuilder<object>) {
    builder.startWith(Held);
  }
}

const statusOf = async (host: Host, path: string) => (await host.ask('GET', path)).status;

describe.each(ADAPTERS)('WorkflowObserveModule on %s', (adapter) => {
  it('says that the runner lives and is ready, component by component', async () => {
    const host = await lab.boot(adapter, { imports: [WorkflowObserveModule.forRoot()] });
    expect(await host.ask('GET', '/health/live')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { workflow: { status: 'up', state: 'running' } } },
    });
    const ready = await host.ask('GET', '/health/ready');
    const workflow = { status: 'up', state: 'running', store: 'up', host: 'up' };
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: 'ok', info: { workflow }, error: {}, details: { workflow } },
    ]);
  });

  it('is not ready, and lives, while the application drains a step that takes its time', async () => {
    const host = await lab.boot(adapter, {
      runner: { workflows: [Long] },
      imports: [WorkflowObserveModule.forRoot()],
    });
    const runner = host.app.get(WorkflowRunnerService);
    await runner.startWorkflow('long');
    await until(() => letGo !== null);
    const closed = host.app.close();
    await until(() => runner.state.status === 'stopping');
    expect(await host.ask('GET', '/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'error', error: { workflow: { status: 'down', state: 'stopping' } } },
    });
    expect(await statusOf(host, '/health/live')).toBe(200);
    const refused = await host.ask('POST', '/workflow/start/long', { token: TOKEN });
    expect(refused).toMatchObject({ status: 503, body: { code: 'STOPPING' } });
    letGo!();
    await closed;
  });

  it('keeps its form and its place, whatever its host does', async () => {
    @Catch()
    class Teapot implements ExceptionFilter {
      constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}
      catch(_: unknown, context: ArgumentsHost) {
        this.host.httpAdapter.reply(context.switchToHttp().getResponse(), { tea: true }, 418);
      }
    }
    const host = await lab.boot(adapter, {
      imports: [WorkflowObserveModule.forRoot({ path: '/well/being/' })],
      providers: [{ provide: APP_FILTER, useClass: Teapot }],
      prepare: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
    });
    expect(await statusOf(host, '/api/well/being/ready')).toBe(200);
    await host.app.get(WorkflowRunnerService).stop();
    expect(await host.ask('GET', '/api/well/being/ready')).toMatchObject({
      status: 503,
      body: { error: { workflow: { state: 'stopped', store: 'down', host: 'down' } } },
    });
  });

  it('gives its indicator to a controller of its host, and has no routes then', async () => {
    @Controller('mine')
    class Mine {
      constructor(
        @Inject(HealthCheckService) private readonly checks: HealthCheckService,
        @Inject(WorkflowHealthIndicator) private readonly workflow: WorkflowHealthIndicator,
      ) {}

      @Get()
      @HealthCheck()
      check() {
        return this.checks.check([() => this.workflow.isReady('orders')]);
      }
    }
    const host = await lab.boot(adapter, {
      imports: [TerminusModule, WorkflowObserveModule.forRoot({ path: null })],
      controllers: [Mine],
    });
    expect((await host.ask('GET', '/mine')).body).toMatchObject({ info: { orders: { store: 'up' } } });
    expect(await statusOf(host, '/health/ready')).toBe(404);
  });
});

describe('isReady', () => {
  it('is down before the steps of the runner may run', async () => {
    const early: HealthIndicatorResult[] = [];
    class Early {
      constructor(@Inject(WorkflowHealthIndicator) private readonly workflow: WorkflowHealthIndicator) {}

      async onApplicationBootstrap() {
        early.push(await this.workflow.isReady());
      }
    }
    const observe = WorkflowObserveModule.forRoot();
    const first: DynamicModule = { module: class {}, global: true, imports: [observe], providers: [Early] };
    const host = await lab.boot('fastify', { imports: [first] });
    expect(early).toMatchObject([{ workflow: { status: 'down', host: 'down' } }]);
    expect(await statusOf(host, '/health/ready')).toBe(200);
  });
});

describe('isLive', () => {
  it('is down when only a new process mends it', async () => {
    const host = await lab.boot('fastify', { imports: [WorkflowObserveModule.forRoot()] });
    const indicator = host.app.get(WorkflowHealthIndicator, { strict: false });
    const runner = host.app.get(WorkflowRunnerService);
    Object.defineProperty(runner, 'state', { value: { status: 'error' } });
    expect(await indicator.isLive()).toMatchObject({ workflow: { status: 'down', state: 'error' } });
    expect(await statusOf(host, '/health/live')).toBe(503);
  });
});
