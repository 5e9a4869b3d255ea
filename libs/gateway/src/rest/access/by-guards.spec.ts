import {
  Inject,
  Injectable,
  Module,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, RestLab } from '../../../../../test/rest/host-lab.js';
import type { CallerOf } from './by-guards.js';

const lab = new RestLab();
afterEach(() => lab.clear());

const START = '/workflow/start/small';

interface HostRequest {
  readonly headers: Record<string, string | undefined>;
  user?: unknown;
}

/** Who the host knows, by token. */
@Injectable()
class People {
  find(token: string | undefined): object | null {
    if (token === 'Bearer ada') return { sub: 'ada', roles: ['admin'] };
    if (token === 'Bearer vic') return { sub: 'vic', roles: ['viewer'], tenant: 'acme' };
    return null;
  }
}

/** The guard of a host: knows people by a provider of the host, and counts how often it is asked. */
@Injectable()
class HostGuard implements CanActivate {
  static asked = 0;
  constructor(@Inject(People) private readonly people: People) {}

  canActivate(context: ExecutionContext) {
    HostGuard.asked += 1;
    const request = context.switchToHttp().getRequest<HostRequest>();
    request.user = this.people.find(request.headers['authorization']);
    if (!request.user) throw new UnauthorizedException();
    return of(true);
  }
}

@Module({ providers: [People, HostGuard], exports: [People, HostGuard] })
class PeopleModule {}

const imports = [PeopleModule];
const guards = [HostGuard];

describe.each(ADAPTERS)('guards of the host on %s', (adapter) => {
  it('say who a request is from, by the user they leave behind', async () => {
    const host = await lab.boot(adapter, { imports, rest: { guards } });
    const before = HostGuard.asked;
    expect(await host.ask('POST', START)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(await host.ask('POST', START, { token: 'vic' })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    const started = await host.ask('POST', START, { token: 'ada', body: {} });
    expect(started.status).toBe(201);
    expect(HostGuard.asked - before).toBe(3);
    const path = `/workflow/instances/${String(started.body['instanceId'])}`;
    expect((await host.ask('GET', path, { token: 'ada' })).body).toMatchObject({ tenantId: null });
    expect((await host.ask('GET', path, { token: 'vic' })).status).toBe(404);
  });

  it('come before what is wrong with a body', async () => {
    const host = await lab.boot(adapter, { imports, rest: { guards } });
    const huge = JSON.stringify({ text: 'x'.repeat(4 * 1024 * 1024) });
    const csv = { 'content-type': 'text/csv' };
    for (const one of [{ body: huge }, { body: '{"a"' }, { body: 'a', headers: csv }]) {
      expect((await host.ask('POST', START, one)).status).toBe(401);
      expect((await host.ask('POST', START, { ...one, token: 'vic' })).status).toBe(403);
    }
    const asked = async (body: string) => (await host.ask('POST', START, { token: 'ada', body })).status;
    expect([await asked(huge), await asked('{"a"')]).toEqual([413, 400]);
  });

  it('need not know who looks at an open route', async () => {
    const host = await lab.boot(adapter, { imports, rest: { guards } });
    expect((await host.ask('GET', '/workflow/status')).body).not.toHaveProperty('metrics');
    expect((await host.ask('GET', '/workflow/status', { token: 'ada' })).body).toHaveProperty('metrics');
  });

  it('are refused for by 403 when they only say no', async () => {
    const no: CanActivate = { canActivate: () => false };
    const host = await lab.boot(adapter, { rest: { guards: [no] } });
    expect(await host.ask('GET', '/workflow/instances')).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
  });

  it('may be its global ones, and then callerOf says who it is', async () => {
    const callerOf: CallerOf = ({ user }) =>
      user ? { subject: 'mapped', kind: 'service', roles: ['operator'], tenantId: 'acme' } : null;
    const host = await lab.boot(adapter, {
      imports,
      providers: [{ provide: APP_GUARD, useExisting: HostGuard }],
      rest: { guards: [], callerOf },
    });
    expect((await host.ask('POST', START)).status).toBe(401);
    const { body } = await host.ask('POST', START, { token: 'ada' });
    const { body: instance } = await host.ask('GET', `/workflow/instances/${String(body['instanceId'])}`, {
      token: 'vic',
    });
    expect(instance).toMatchObject({ tenantId: 'acme' });
  });

  it('let nobody in whom callerOf does not know', async () => {
    const yes: CanActivate = { canActivate: () => true };
    for (const rest of [{ guards: [yes] }, { guards: [yes], callerOf: () => null }]) {
      const host = await lab.boot(adapter, { rest });
      expect((await host.ask('GET', '/workflow/instances')).status).toBe(401);
    }
  });
});

describe('a guard that is a provider nowhere', () => {
  it('is made like one', async () => {
    @Injectable()
    class Anybody implements CanActivate {
      canActivate(context: ExecutionContext) {
        context.switchToHttp().getRequest<HostRequest>().user = { sub: 'x', roles: ['viewer'] };
        return true;
      }
    }
    const host = await lab.boot('fastify', { rest: { guards: [Anybody] } });
    expect((await host.ask('GET', '/workflow/instances')).status).toBe(200);
  });
});
