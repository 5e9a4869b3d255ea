import 'reflect-metadata';
import {
  BadRequestException,
  Body,
  Controller,
  Module,
  Post,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SilentLogger } from '@workflow-runner/contract';
import { ExecutionResult, StepBody, WorkflowRunner, type WorkflowBuilder } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenAuthenticator } from './access/token-authenticator.js';
import { WorkflowRestModule } from './workflow-rest.module.js';

class Step extends StepBody {
  run() {
    return ExecutionResult.next();
  }
}
class Small {
  id = 'small';
  version = 1;
  build(builder: WorkflowBuilder<object>) {
    builder.startWith(Step);
  }
}

/** A route of the host's own. */
@Controller('host')
class HostController {
  @Post()
  echo(@Body() body: unknown) {
    if (!body) throw new BadRequestException('the host says so');
    return body;
  }
}

let runner: WorkflowRunner;
let app: NestFastifyApplication;
beforeEach(async () => {
  runner = new WorkflowRunner({ workflows: [Small], persistence: { connectionString: 'memory:' } });
  await runner.initialize();
});
afterEach(async () => {
  await app.close();
  await runner.stop();
});

async function mount(
  path: string | undefined,
  prepare: (app: NestFastifyApplication) => void = () => undefined,
) {
  const authenticator = new TokenAuthenticator('t');
  @Module({
    imports: [
      WorkflowRestModule.forRoot({
        runner,
        authenticator,
        logger: new SilentLogger(),
        ...(path && { path }),
      }),
    ],
    controllers: [HostController],
  })
  class HostModule {}
  app = await NestFactory.create<NestFastifyApplication>(HostModule, new FastifyAdapter(), { logger: false });
  prepare(app);
  await app.init();
}

async function ask(method: 'GET' | 'POST', url: string, token?: string, payload?: string) {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(payload && { 'content-type': 'application/json' }),
  };
  const { statusCode, body } = await app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: statusCode, body: body ? (JSON.parse(body) as Record<string, unknown>) : {} };
}

describe('WorkflowRestModule', () => {
  it.each([undefined, 'flows', 'a/b'])('serves and guards its routes below the path %s', async (path) => {
    await mount(path);
    const base = `/${path ?? 'workflow'}`;
    expect((await ask('POST', `${base}/start/small`)).status).toBe(401);
    expect((await ask('POST', `${base}/start/small`, 'wrong', '{"a"')).status).toBe(401);
    expect((await ask('POST', `${base}/start/small`, 't')).status).toBe(201);
  });

  it('works below a global prefix and with versions in the address', async () => {
    await mount(undefined, (host) => {
      host.setGlobalPrefix('api');
      host.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    });
    expect((await ask('POST', '/api/v2/workflow/start/small', undefined, '{"a"')).status).toBe(401);
    expect((await ask('POST', '/api/v2/workflow/start/small', 't')).status).toBe(201);
  });

  it('is not disturbed by strict pipes of its host', async () => {
    await mount(undefined, (host) => {
      host.useGlobalPipes(
        new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
      );
    });
    const data = { any: { thing: [1] } };
    const items = [{ workflowId: 'small', data }];
    expect((await ask('POST', '/workflow/start', 't', JSON.stringify({ items }))).status).toBe(200);
    expect((await ask('POST', '/workflow/start/small', 't', JSON.stringify(data))).status).toBe(201);
    const { body } = await ask('GET', '/workflow/instances?limit=5&status=completed,running', 't');
    const ids = (body['items'] as { id: string }[]).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    for (const id of ids)
      expect((await ask('GET', `/workflow/instances/${id}`, 't')).body['data']).toEqual(data);
  });

  it('leaves the routes of its host alone', async () => {
    await mount(undefined);
    expect(await ask('POST', '/host', undefined, '{"a":1}')).toEqual({ status: 201, body: { a: 1 } });
    const refused = await ask('POST', '/host');
    expect(refused).toMatchObject({ status: 400, body: { message: 'the host says so', statusCode: 400 } });
  });

  it('tells that the runner is away as 503', async () => {
    await mount(undefined);
    await runner.stop();
    expect(await ask('POST', '/workflow/start/small', 't')).toMatchObject({
      status: 503,
      body: { code: 'NOT_INITIALIZED' },
    });
    expect(await ask('GET', '/workflow/status')).toMatchObject({
      status: 503,
      body: { status: 'unhealthy' },
    });
  });
});
