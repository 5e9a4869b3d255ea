import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { WorkflowRunner, workflowRunner, WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiOnlyModule } from './api-only.module.js';
import { AppModule } from './app.module.js';
import { AsyncOptionsModule } from './async-options.module.js';
import { OrdersService } from './orders.service.js';
import { ReportRunner } from './report.runner.js';
import { tenantMiddleware } from './tenant.middleware.js';
import { until } from '../../e2e/until.js';

const HOME = process.cwd();
let folder: string;
const apps: INestApplicationContext[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedding-'));
  process.chdir(folder);
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  process.chdir(HOME);
  rmSync(folder, { recursive: true });
});

async function boot(module: Type): Promise<INestApplicationContext> {
  const app = await (await Test.createTestingModule({ imports: [module] }).compile()).init();
  apps.push(app);
  return app;
}

describe('The examples of docs/embedding.md', () => {
  it('are the files that run here', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/embedding.md'), 'utf8');
    const blocks = [...text.matchAll(/<!-- test\/examples\/embedding\/(.*) -->\n\n```ts\n([^]*?)```/g)];
    expect(blocks.map(([, name]) => name)).toEqual([
      'app.module.ts',
      'order.workflow.ts',
      'orders.service.ts',
      'async-options.module.ts',
      'tenant.middleware.ts',
      'api-only.module.ts',
      'report.runner.ts',
    ]);
    for (const [, name, code] of blocks) {
      expect(code).toBe(readFileSync(join(import.meta.dirname, name!), 'utf8'));
    }
  });

  it('embed, start, wait for an event and hear of the end, over a restart', async () => {
    const first = await boot(AppModule);
    const id = await first.get(OrdersService).place('o-1', 12);
    expect(await first.get(OrdersService).place('o-1', 12)).toBe(id);
    await first.close();

    const second = await boot(AppModule);
    const orders = second.get(OrdersService);
    await orders.ship('o-1');
    expect(await second.get(WorkflowRunnerService).waitForCompletion(id)).toMatchObject({
      status: 'completed',
      data: { receipt: 'charged 12' },
    });
    await until(() => orders.shipped.length > 0);
    expect(orders.shipped).toEqual([id]);
  });

  it('take their options from elsewhere', async () => {
    process.env['WORKFLOWS_DB'] = 'memory:';
    const app = await boot(AsyncOptionsModule);
    delete process.env['WORKFLOWS_DB'];
    expect(app.get(WorkflowRunnerService).isInitialized).toBe(true);
  });

  it('give what is started the tenant of the request', async () => {
    const app = await boot(AppModule);
    const request = { headers: { 'x-tenant': 'acme', 'x-request-id': 'r-1' } };
    const started = new Promise<string>((resolve, reject) => {
      tenantMiddleware(
        request,
        null,
        () => void app.get(OrdersService).place('o-2', 1).then(resolve, reject),
      );
    });
    expect(await app.get(WorkflowRunnerService).getInstance(await started)).toMatchObject({
      tenantId: 'acme',
      correlationId: 'r-1',
    });
  });

  it('start in a process without classes what another one runs', async () => {
    const worker = await boot(AppModule);
    const api = (await boot(ApiOnlyModule)).get(WorkflowRunnerService);
    const id = await api.startWorkflow('shop.order', null, { orderId: 'o-3', amount: 5 });
    await api.publishEvent('order.shipped', 'o-3');
    expect(await worker.get(WorkflowRunnerService).waitForCompletion(id)).toMatchObject({
      status: 'completed',
    });
  });

  it('run two runners side by side, each in its file, and the default one is that of the module', async () => {
    @Module({ imports: [AppModule], providers: [ReportRunner] })
    class TwoRunnersModule {}
    const app = await boot(TwoRunnersModule);
    const [main, reports] = [app.get(WorkflowRunnerService), app.get(ReportRunner)];
    expect(WorkflowRunner.getInstance()).toBe(main);
    expect(app.get(WorkflowRunner)).toBe(main);
    expect(workflowRunner.nodeId).toBe(main.nodeId);
    for (const runner of [main, reports]) expect((await runner.health()).status).toBe('healthy');

    const order = await app.get(OrdersService).place('o-4', 1);
    const report = await reports.startWorkflow('report', null, { month: '2026-01' });
    expect(await reports.waitForCompletion(report)).toMatchObject({ status: 'completed' });
    expect([await main.getInstance(report), await reports.getInstance(order)]).toEqual([null, null]);

    await reports.stop();
    expect([(await reports.health()).status, (await main.health()).status]).toEqual(['unhealthy', 'healthy']);
    await app.close();
    expect([main.state.status, reports.state.status]).toEqual(['stopped', 'stopped']);
  });
});
