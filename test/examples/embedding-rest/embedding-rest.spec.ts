import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TerminusModule } from '@nestjs/terminus';
import { WorkflowObserveModule } from '@workflow-runner/gateway/observe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.js';
import { serveWorkflowDocument, wholeDocument } from './documents.js';
import { GuardedModule } from './guarded.module.js';
import { HealthController } from './health.controller.js';
import { WrappingInterceptor } from './wrapping.interceptor.js';

const HOME = process.cwd();
const JWT_SECRET = 'a shared secret of more than thirty-two characters';
let folder: string;
const apps: NestFastifyApplication[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedding-rest-'));
  process.chdir(folder);
  process.env['JWT_SECRET'] = JWT_SECRET;
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  delete process.env['JWT_SECRET'];
  process.chdir(HOME);
  rmSync(folder, { recursive: true });
});

async function boot(
  module: Type,
  prepare: (app: NestFastifyApplication) => void = () => undefined,
): Promise<NestFastifyApplication> {
  const options = { logger: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), options);
  apps.push(app);
  prepare(app);
  return app.init();
}

async function ask(app: NestFastifyApplication, url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { statusCode, body } = await app.inject({ method: 'GET', url, headers });
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}

function jwt(claims: object): string {
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}

describe('The examples of docs/embedding-rest.md', () => {
  it('are the files that run here', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/embedding-rest.md'), 'utf8');
    const blocks = [...text.matchAll(/<!-- test\/examples\/embedding-rest\/(.*) -->\n\n```ts\n([^]*?)```/g)];
    const files = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.spec.ts'));
    expect(blocks.map(([, name]) => name).sort()).toEqual(files.sort());
    for (const [, name, code] of blocks) {
      expect(code).toBe(readFileSync(join(import.meta.dirname, name!), 'utf8'));
    }
  });

  it('serve the routes to who has a token, and health to everybody', async () => {
    const app = await boot(AppModule);
    expect((await ask(app, '/workflow/workflows')).status).toBe(401);
    const token = jwt({ sub: 'ada', roles: ['viewer'] });
    expect(await ask(app, '/workflow/workflows', token)).toMatchObject({ status: 200, body: { items: [] } });
    expect((await ask(app, '/health/ready')).status).toBe(200);
  });

  it('leave it to the guard of the host who somebody is', async () => {
    const app = await boot(GuardedModule);
    expect((await ask(app, '/workflow/status', 'vic')).body).not.toHaveProperty('metrics');
    expect((await ask(app, '/workflow/status', 'ada')).body).toHaveProperty('metrics');
    expect((await ask(app, '/workflow/instances')).status).toBe(401);
  });

  it('document the routes, and leave them unwrapped', async () => {
    const app = await boot(AppModule, (host) => {
      host.useGlobalInterceptors(new WrappingInterceptor());
      serveWorkflowDocument(host);
    });
    const { body } = await ask(app, '/workflow-docs-json');
    expect(Object.keys(body['paths'] as object)).toContain('/workflow/stream');
    expect(Object.keys(wholeDocument(app).paths)).toContain('/workflow/stream');
    expect((await ask(app, '/workflow/status')).body).toMatchObject({ status: 'healthy' });
    expect((await ask(app, '/health/live')).body).toMatchObject({ data: { status: 'ok' } });
  });

  it('give the health of the runner to a controller of the host', async () => {
    @Module({
      imports: [GuardedModule, TerminusModule, WorkflowObserveModule.forRoot({ path: null })],
      controllers: [HealthController],
    })
    class Host {}
    expect((await ask(await boot(Host), '/ready')).body).toMatchObject({
      info: { workflow: { store: 'up' } },
    });
  });
});
