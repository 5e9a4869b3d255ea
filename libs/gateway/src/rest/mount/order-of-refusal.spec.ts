import { request } from 'node:http';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  type INestApplication,
  type MiddlewareConsumer,
  type NestMiddleware,
} from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, RestLab, TOKEN } from '../../../../../test/rest/host-lab.js';

const lab = new RestLab();
afterEach(() => lab.clear());

const START = '/workflow/start/small';
const HUGE = JSON.stringify({ text: 'x'.repeat(4 * 1024 * 1024) });
const BROKEN = '{"a":';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const CSV = { 'content-type': 'text/csv' };
const PLAIN = { 'content-type': 'text/plain' };

/** Bodies that are wrong in every way a framework can look at. */
const BODIES: readonly { body: string; headers?: Record<string, string> }[] = [
  { body: HUGE },
  { body: BROKEN },
  { body: '[]' },
  { body: 'a=1', headers: FORM },
  { body: 'a,b', headers: CSV },
  { body: 'a', headers: PLAIN },
];

describe.each(ADAPTERS)('a request on %s', (adapter) => {
  it('without a good token is 401 before anybody looks at its body', async () => {
    const host = await lab.boot(adapter);
    for (const path of [START, '/workflow/start', '/workflow/events', '/workflow/instances/x/signal']) {
      for (const one of BODIES) {
        const { status, body, headers } = await host.ask('POST', path, one);
        expect([path, one.body.slice(0, 9), status, body['code']]).toEqual([
          path,
          one.body.slice(0, 9),
          401,
          'UNAUTHENTICATED',
        ]);
        expect(headers.get('content-type')).toContain('application/problem+json');
        expect(headers.get('www-authenticate')).toBe('Bearer');
        expect(headers.get('x-correlation-id')).toBe(body['correlationId']);
      }
    }
  });

  it('without a good token is answered while its body is still on the way, which nobody reads', async () => {
    const host = await lab.boot(adapter);
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': '1000' };
      const sending = request(`${host.address}${START}`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.write('{');
    });
    expect(await answered).toBe(401);
  });

  it('is 401 however its path is written', async () => {
    const host = await lab.boot(adapter);
    for (const path of ['/workflow/instances?a=1', '/workflow/instances/%78', '/workflow/instances/x/why']) {
      expect((await host.ask('GET', path)).status).toBe(401);
      expect((await host.ask('HEAD', path)).status).toBe(401);
    }
    // Some are routes of ours on one framework and none on the other.
    for (const path of [
      '/workflow//start/small',
      `${START}/`,
      START.toUpperCase(),
      '/workflow/st%61rt/small',
    ]) {
      expect([401, 404]).toContain((await host.ask('POST', path)).status);
      expect((await host.ask('POST', path, { token: TOKEN })).status).not.toBe(401);
    }
  });

  it('of a caller hears as a problem what is wrong with its body', async () => {
    const host = await lab.boot(adapter);
    const code = async (one: (typeof BODIES)[number]) => {
      const { status, body, headers } = await host.ask('POST', START, { ...one, token: TOKEN });
      expect(headers.get('content-type')).toContain('application/problem+json');
      return [status, body['code']];
    };
    expect(await code({ body: HUGE })).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(await code({ body: BROKEN })).toEqual([400, 'INVALID_REQUEST']);
    for (const headers of [FORM, CSV, PLAIN]) {
      expect(await code({ body: 'a=1', headers })).toEqual([415, 'INVALID_REQUEST']);
    }
    expect((await host.ask('GET', '/workflow/instances', { token: TOKEN })).body['items']).toEqual([]);
  });

  it('is read by the parser of its host, which other routes need as ever', async () => {
    @Controller('raw')
    class Raw {
      @Post()
      ok() {
        return { ok: true };
      }
    }
    const host = await lab.boot(adapter, { controllers: [Raw] });
    expect((await host.ask('POST', '/raw', { body: HUGE })).status).toBe(413);
    expect((await host.ask('POST', '/raw', { body: '{}' })).body).toEqual({ ok: true });
  });

  it('is refused behind the CORS of its host, so that a page may read why', async () => {
    const prepare = (app: INestApplication) => app.enableCors({ origin: 'http://a.test' });
    const host = await lab.boot(adapter, { prepare });
    const { status, headers } = await host.ask('POST', START, {
      body: BROKEN,
      headers: { origin: 'http://a.test' },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, 'http://a.test']);
  });

  it('is refused ahead of the body also where middleware of the host stands on its path', async () => {
    const seen: string[] = [];
    @Injectable()
    class Seeing implements NestMiddleware {
      use(_request: unknown, _response: unknown, next: () => void) {
        seen.push('middleware');
        next();
      }
    }
    @Module({})
    class Middleware {
      configure(consumer: MiddlewareConsumer) {
        consumer.apply(Seeing).forRoutes('workflow/start/:id');
      }
    }
    const host = await lab.boot(adapter, { imports: [Middleware] });
    expect((await host.ask('POST', START, { body: BROKEN })).status).toBe(401);
    expect((await host.ask('POST', START, { token: TOKEN, body: '{}' })).status).toBe(201);
    expect(seen).toContain('middleware');
  });

  it('is left to a route of the host that stands before ours', async () => {
    @Controller('workflow')
    class Before {
      @Get('status/of/mine')
      mine() {
        return { mine: true };
      }
    }
    const host = await lab.boot(adapter, { controllers: [Before] });
    expect((await host.ask('GET', '/workflow/status/of/mine')).body).toEqual({ mine: true });
    expect((await host.ask('GET', '/workflow/nothing')).status).toBe(404);
  });
});

describe('on Express', () => {
  it('a host that reads no bodies is guarded as well', async () => {
    const host = await lab.boot('express', { bodyParser: false });
    expect((await host.ask('POST', START, { body: BROKEN })).status).toBe(401);
    expect((await host.ask('POST', START, { token: TOKEN })).status).toBe(201);
  });

  it('a route of the host that shadows ours keeps its own rules', async () => {
    @Controller()
    class Shadow {
      @Get('workflow/instances')
      mine() {
        return { mine: true };
      }
    }
    @Module({ controllers: [Shadow] })
    class Earlier {}
    const host = await lab.boot('express', {
      rest: null,
      imports: [Earlier, (await import('../index.js')).WorkflowRestModule.forRoot({})],
    });
    expect((await host.ask('GET', '/workflow/instances')).body).toEqual({ mine: true });
    expect((await host.ask('GET', '/workflow/workflows')).status).toBe(401);
  });
});
