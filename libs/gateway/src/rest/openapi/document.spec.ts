import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, describe, expect, it } from 'vitest';
import { DocumentedApi } from '../../../../../test/rest/documented-api.js';
import { ADAPTERS, RestLab, TOKEN, type Host } from '../../../../../test/rest/host-lab.js';
import { SAMPLES } from '../../../../../test/rest/sample-workflows.js';
import { until } from '../../../../../test/e2e/until.js';
import { CONTROLLERS } from '../controllers/all.js';
import { routesOf } from '../routes.js';
import { createWorkflowApiDocument, DOCUMENT_VERSION } from './create-document.js';
import { documentOf } from './documented.decorator.js';

const lab = new RestLab();
afterEach(() => lab.clear());

const retry = { maxAttempts: 1 };

async function boot(adapter: (typeof ADAPTERS)[number]): Promise<{ host: Host; api: DocumentedApi }> {
  const host = await lab.boot(adapter, {
    runner: { workflows: SAMPLES, components: { errorHandler: { retry } } },
    prepare: (app) => app.setGlobalPrefix('api'),
  });
  return { host, api: new DocumentedApi(host, createWorkflowApiDocument(host.app), TOKEN) };
}

async function start(api: DocumentedApi, name: string, status: string, body: object = {}): Promise<string> {
  const { body: started } = await api.call('startWorkflow', {
    params: { workflowId: `sample.${name}` },
    body,
  });
  const id = String(started['instanceId']);
  await until(async () => (await api.call('getInstance', { params: { id } })).body['status'] === status);
  return id;
}

describe.each(ADAPTERS)('the document on %s', (adapter) => {
  it('is true of every answer of every route', async () => {
    const { api } = await boot(adapter);
    const headers = { 'idempotency-key': 'k' };
    const byKey = { params: { workflowId: 'sample.ends' }, headers };
    for (const expected of [201, 200]) expect((await api.call('startWorkflow', byKey)).status).toBe(expected);
    await api.call('startWorkflow', { ...byKey, query: { version: '1.0.0' }, body: { other: true } });
    await api.call('startWorkflow', { params: { workflowId: 'nothing' } });
    await api.call('startWorkflow', { params: { workflowId: 'sample.ends' }, body: '[]' });
    await api.call('startWorkflow', { params: { workflowId: 'sample.ends' }, body: '{"a"' });
    await api.call('startWorkflow', { params: { workflowId: 'sample.ends' }, token: 'wrong' });
    await api.call('startWorkflows', {
      body: {
        items: [
          { workflowId: 'sample.ends', data: { a: 1 }, tags: { region: 'eu' }, priority: 'high' },
          { workflowId: 'nothing' },
        ],
      },
    });
    await api.call('startWorkflows', { body: { items: [] } });
    await start(api, 'branches', 'completed', { key: 'a' });
    const failed = await start(api, 'fails', 'failed');
    const waiting = await start(api, 'waits', 'waiting', { key: 'w' });
    const other = await start(api, 'waits', 'waiting', { key: 'o' });

    for (const id of [failed, waiting]) {
      for (const operation of ['getInstance', 'getHistory', 'explainInstance']) {
        expect((await api.call(operation, { params: { id } })).status).toBe(200);
      }
    }
    for (const operation of ['getInstance', 'getHistory', 'explainInstance', 'pauseInstance']) {
      expect((await api.call(operation, { params: { id: 'x' } })).status).toBe(404);
    }
    await api.call('listInstances', { query: { status: 'waiting,failed', limit: '1', sort: 'oldest' } });
    await api.call('listInstances', { query: { limit: '0' } });

    const params = { id: other };
    await api.call('pauseInstance', { params, body: { reason: 'lunch' } });
    await api.call('explainInstance', { params });
    await api.call('resumeInstance', { params });
    await api.call('retryInstance', { params });
    await api.call('terminateInstance', { params, body: { reason: 'over' } });
    await api.call('getHistory', { params });
    await api.call('cancelInstance', { params });
    await api.call('signalInstance', { params: { id: waiting }, body: { data: { by: 'Grace' } } });
    await api.call('cancelInstance', { params: { id: await start(api, 'waits', 'waiting') } });
    await api.call('retryInstance', { params: { id: failed }, body: { data: { key: 'b' } } });
    await api.call('publishEvent', { body: { eventName: 'sample.go', eventKey: 'w', eventData: [1] } });
    await api.call('publishEvent', { body: { eventName: 'sample.go' } });
    await api.call('controlInstances', {
      body: { action: 'cancel', filter: { status: ['waiting'] }, dryRun: true },
    });
    await api.call('controlInstances', { body: { action: 'cancel' } });
    const [first, second] = [await start(api, 'fails', 'failed'), await start(api, 'fails', 'failed')];
    await api.call('listDeadLetters', { query: { workflow: 'sample.fails' } });
    await api.call('retryDeadLetter', { params: { id: first } });
    await api.call('discardDeadLetter', { params: { id: second }, body: { reason: 'never mind' } });
    await api.call('discardDeadLetter', { params: { id: second }, body: {} });

    await api.call('listWorkflows', { query: { nameSpace: 'sample', limit: '2' } });
    for (const { name } of SAMPLES) {
      await api.call('getWorkflow', { params: { id: name } });
      await api.call('getWorkflowGraph', { params: { id: name } });
    }
    await api.call('getWorkflow', { params: { id: 'nothing' } });
    await api.call('getStatus');
    await api.call('getStatus', { token: 'wrong' });
    await api.call('listAudit', { query: { action: 'workflow:execute', limit: '2', sort: 'oldest' } });
    await api.call('listAudit', { query: { instanceId: waiting } });
    await api.call('listAudit', { query: { result: 'refused', from: 'yesterday' } });
    await api.call('listAudit');
    await api.call('verifyAudit');
    await api.call('streamEvents', { query: { workflow: 'sample.*', event: 'failed' } });
    await api.call('streamEvents', { headers: { 'last-event-id': 'x' } });

    const unseen = api.operationIds.filter((id) => ![...api.seen].some((one) => one.startsWith(`${id} 2`)));
    expect(unseen).toEqual([]);
  });

  it('is true of a runner that is away', async () => {
    const { host, api } = await boot(adapter);
    await host.app.get(WorkflowRunnerService).stop();
    for (const operation of [
      'getStatus',
      'listInstances',
      'explainInstance',
      'pauseInstance',
      'startWorkflow',
    ]) {
      const call = { params: { id: 'x', workflowId: 'sample.ends' } };
      expect((await api.call(operation, call)).status).toBe(503);
    }
  });

  it('stands in the document of its host as in one of its own', async () => {
    const { host } = await boot(adapter);
    const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
    const config = new DocumentBuilder().addBearerAuth().build();
    const whole: OpenAPIObject = SwaggerModule.createDocument(host.app, config);
    const own = createWorkflowApiDocument(host.app);
    expect(Object.keys(own.paths)).toContain('/api/workflow/instances/{id}/why');
    expect(whole.paths).toEqual(own.paths);
    expect(whole.components?.schemas).toEqual(own.components?.schemas);
  });
});

describe('the version of the document', () => {
  it('is that of the package', () => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    expect(DOCUMENT_VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
  });
});

describe('every route', () => {
  const documents = CONTROLLERS.flatMap(routesOf).map(({ handler }) => documentOf(handler));

  it('is documented, under an id of its own', () => {
    const ids = documents.map((document) => document?.id);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
