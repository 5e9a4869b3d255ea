import 'reflect-metadata';
import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  Inject,
  Injectable,
  Module,
  Post,
  ValidationPipe,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { Logger, SilentLogger } from '@workflow-runner/contract';
import { WorkflowRunner, WorkflowRunnerService } from '@workflow-runner/runner';
import { map } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, RestLab, Small, TOKEN } from '../../../../test/rest/host-lab.js';
import { TokenAuthenticator } from './access/token-authenticator.js';
import { isWorkflowRoute } from './mount/route-mark.js';
import type { WorkflowRestOptionsFactory } from './rest-options.js';
import { WorkflowRestModule } from './workflow-rest.module.js';

const lab = new RestLab();
afterEach(() => lab.clear());

/** A route of the host's own. */
@Controller('host')
class HostController {
  @Post()
  echo(@Body() body: unknown) {
    if (!body || Object.keys(body).length === 0) throw new BadRequestException('the host says so');
    return body;
  }
}

describe.each(ADAPTERS)('WorkflowRestModule on %s', (adapter) => {
  it.each([undefined, 'flows', '/a/b/'])('serves and guards its routes below the path %s', async (path) => {
    const host = await lab.boot(adapter, { rest: path === undefined ? {} : { path } });
    const base = `/${(path ?? 'workflow').replace(/^\/|\/$/g, '')}`;
    expect((await host.ask('POST', `${base}/start/small`)).status).toBe(401);
    expect((await host.ask('POST', `${base}/start/small`, { token: 'wrong' })).status).toBe(401);
    expect((await host.ask('POST', `${base}/start/small`, { token: TOKEN })).status).toBe(201);
  });

  it('works below a global prefix, and takes no part in the versions of its host', async () => {
    for (const type of [VersioningType.URI, VersioningType.HEADER] as const) {
      const host = await lab.boot(adapter, {
        prepare: (app) => {
          app.setGlobalPrefix('api');
          const defaultVersion = '2';
          app.enableVersioning(
            type === VersioningType.URI ? { type, defaultVersion } : { type, header: 'v', defaultVersion },
          );
        },
      });
      const start = '/api/workflow/start/small';
      expect((await host.ask('POST', start, { body: '{"a"' })).status).toBe(401);
      expect((await host.ask('POST', start, { token: TOKEN })).status).toBe(201);
    }
  });

  it('is not disturbed by strict pipes of its host', async () => {
    const host = await lab.boot(adapter, {
      prepare: (app) =>
        app.useGlobalPipes(
          new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
        ),
    });
    const token = TOKEN;
    const data = { any: { thing: [1] } };
    const items = [{ workflowId: 'small', data }];
    expect((await host.ask('POST', '/workflow/start', { token, body: { items } })).status).toBe(200);
    expect((await host.ask('POST', '/workflow/start/small', { token, body: data })).status).toBe(201);
    const { body } = await host.ask('GET', '/workflow/instances?limit=5&status=completed,running', { token });
    const ids = (body['items'] as { id: string }[]).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    for (const id of ids) {
      expect((await host.ask('GET', `/workflow/instances/${id}`, { token })).body['data']).toEqual(data);
    }
  });

  it('leaves the routes of its host alone', async () => {
    const host = await lab.boot(adapter, { controllers: [HostController] });
    expect(await host.ask('POST', '/host', { body: { a: 1 } })).toMatchObject({
      status: 201,
      body: { a: 1 },
    });
    expect(await host.ask('POST', '/host')).toMatchObject({
      status: 400,
      body: { message: 'the host says so', statusCode: 400 },
    });
    expect(await host.ask('POST', '/host', { body: '{"a"' })).toMatchObject({
      status: 400,
      body: { statusCode: 400 },
    });
  });

  it('answers problems in its own form, whatever filter its host has for everything', async () => {
    @Catch()
    class Teapot implements ExceptionFilter {
      constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}
      catch(_: unknown, context: ArgumentsHost) {
        this.host.httpAdapter.reply(context.switchToHttp().getResponse(), { tea: true }, 418);
      }
    }
    const host = await lab.boot(adapter, {
      controllers: [HostController],
      providers: [{ provide: APP_FILTER, useClass: Teapot }],
    });
    const token = TOKEN;
    const code = (status: number, expected: string) => ({ status, body: { code: expected } });
    const ask = (path: string, body?: string) => host.ask('POST', path, { token, ...(body && { body }) });
    expect(await host.ask('POST', '/host')).toMatchObject({ status: 418, body: { tea: true } });
    expect(await ask('/workflow/start/nothing')).toMatchObject(code(404, 'WORKFLOW_NOT_FOUND'));
    expect(await ask('/workflow/start/small', '{"a"')).toMatchObject(code(400, 'INVALID_REQUEST'));
    expect(await host.ask('POST', '/workflow/start/small')).toMatchObject(code(401, 'UNAUTHENTICATED'));
  });

  it('lets an interceptor of its host wrap its answers, and know which they are', async () => {
    class Wrap implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler) {
        const skips = context.switchToHttp().getRequest<{ headers: object }>().headers;
        if ('x-skip' in skips && isWorkflowRoute(context)) return next.handle();
        return next.handle().pipe(map((data: unknown) => ({ data })));
      }
    }
    const host = await lab.boot(adapter, {
      controllers: [HostController],
      providers: [{ provide: APP_INTERCEPTOR, useClass: Wrap }],
    });
    const skip = { 'x-skip': '1' };
    const wrapped = await host.ask('GET', '/workflow/status');
    expect(wrapped.body).toMatchObject({ data: { status: 'healthy' } });
    expect((await host.ask('GET', '/workflow/status', { headers: skip })).body).toMatchObject({
      status: 'healthy',
    });
    expect(await host.ask('POST', '/host', { body: { a: 1 }, headers: skip })).toMatchObject({
      body: { data: { a: 1 } },
    });
  });

  it('stands behind the guards that its host has for everything', async () => {
    @Injectable()
    class Closed implements CanActivate {
      canActivate() {
        return false;
      }
    }
    const host = await lab.boot(adapter, { providers: [{ provide: APP_GUARD, useClass: Closed }] });
    const refused = await host.ask('GET', '/workflow/instances', { token: TOKEN });
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('lets nobody in when nothing says who it is, and says so in the log', async () => {
    const lines: string[] = [];
    class Lines extends Logger {
      debug() {}
      info() {}
      warn(message: string) {
        lines.push(message);
      }
      error() {}
    }
    const host = await lab.boot(adapter, {
      rest: null,
      imports: [WorkflowRestModule.forRoot({ logger: new Lines() })],
    });
    for (const token of ['', 'x', TOKEN]) {
      expect((await host.ask('GET', '/workflow/instances', { token })).status).toBe(401);
    }
    expect((await host.ask('GET', '/workflow/status')).status).toBe(200);
    expect(lines).toEqual(['rest.closed']);
  });

  it('tells that the runner is away as 503', async () => {
    const host = await lab.boot(adapter);
    await host.app.get(WorkflowRunnerService).stop();
    const refused = await host.ask('POST', '/workflow/start/small', { token: TOKEN });
    expect(refused).toMatchObject({ status: 503, body: { code: 'NOT_INITIALIZED' } });
    expect(await host.ask('GET', '/workflow/status')).toMatchObject({
      status: 503,
      body: { status: 'unhealthy' },
    });
  });
});

describe('forRootAsync', () => {
  @Injectable()
  class Secrets implements WorkflowRestOptionsFactory {
    readonly token = 'a-secret';
    createWorkflowRestOptions() {
      return { authenticator: new TokenAuthenticator(this.token), logger: new SilentLogger() };
    }
  }
  @Module({ providers: [Secrets], exports: [Secrets] })
  class SecretsModule {}
  const path = 'flows';
  const imports = [SecretsModule];
  const useFactory = (secrets: Secrets) => secrets.createWorkflowRestOptions();

  it.each([
    ['useFactory', { path, imports, inject: [Secrets], useFactory }],
    ['useClass', { path, useClass: Secrets }],
    ['useExisting', { path, imports, useExisting: Secrets }],
  ])('takes its options from %s', async (_name, options) => {
    const host = await lab.boot('fastify', {
      rest: null,
      imports: [WorkflowRestModule.forRootAsync(options)],
    });
    expect((await host.ask('GET', '/flows/instances', { token: 'a-secret' })).status).toBe(200);
    expect((await host.ask('GET', '/flows/instances', { token: TOKEN })).status).toBe(401);
  });
});

describe('the options', () => {
  it('serve the runner they name, else that of the application', async () => {
    const runner = new WorkflowRunner({
      workflows: [Small],
      persistence: { connectionString: 'memory:' },
      logger: new SilentLogger(),
    });
    await runner.initialize();
    try {
      const host = await lab.boot('fastify', { runner: { workflows: [] }, rest: { runner } });
      expect((await host.ask('POST', '/workflow/start/small', { token: TOKEN })).status).toBe(201);
    } finally {
      await runner.stop();
    }
    await expect(lab.boot('fastify', { runner: null })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  it('say in one way who sends a request', async () => {
    const authenticator = new TokenAuthenticator(TOKEN);
    const callerOf = () => null;
    for (const rest of [
      { authenticator, guards: [] },
      { authenticator, callerOf },
    ]) {
      await expect(lab.boot('fastify', { rest })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    }
  });
});
