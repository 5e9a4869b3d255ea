import 'reflect-metadata';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { AccessControl } from './access-control.js';
import { AccessGuard } from './access.guard.js';
import { ByHeaders } from './by-headers.js';
import { OpenRoute, RequirePermission } from './require-permission.js';
import { TokenAuthenticator } from './token-authenticator.js';

class Routes {
  @RequirePermission('workflow:view')
  closed() {}

  @OpenRoute()
  open() {}

  forgotten() {}
}

const viewer = { subject: 'v', kind: 'user', roles: ['viewer'], tenantId: null } as const;
const guard = new AccessGuard(new AccessControl(new ByHeaders(new TokenAuthenticator('t', viewer))));

/** A request as Fastify wraps it, or as Express hands it over, that nobody has looked at before. */
function pass(handler: () => void, headers: Record<string, string> = {}, wrapped = true): Promise<boolean> {
  const raw = { headers };
  return guard.canActivate(new ExecutionContextHost([wrapped ? { raw } : raw], Routes, handler));
}

describe('AccessGuard', () => {
  const { closed, open, forgotten } = Routes.prototype;
  const as = (token: string) => ({ authorization: `Bearer ${token}` });

  it.each([true, false])(
    'keeps out whom nobody has stopped before (wrapped request: %s)',
    async (wrapped) => {
      await expect(pass(closed, {}, wrapped)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(pass(closed, as('x'), wrapped)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(pass(forgotten, as('t'), wrapped)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    },
  );

  it('lets in who may', async () => {
    await expect(pass(closed, as('t'))).resolves.toBe(true);
    await expect(pass(open)).resolves.toBe(true);
  });

  it.each<Record<string, string>>([
    { 'content-length': '3' },
    { 'content-length': '3', 'content-type': 'text/plain' },
    { 'transfer-encoding': 'chunked', 'content-type': 'application/jsonp' },
  ])('refuses the body of %j to callers, and says nothing of it to others', async (headers) => {
    await expect(pass(closed, { ...headers, ...as('t') })).rejects.toMatchObject({ status: 415 });
    await expect(pass(closed, headers)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each<Record<string, string>>([
    { 'content-length': '0', 'content-type': 'text/plain' },
    { 'content-length': '3', 'content-type': 'application/json' },
    { 'transfer-encoding': 'chunked', 'content-type': 'Application/JSON; charset=utf-8' },
  ])('takes the body of %j', async (headers) => {
    await expect(pass(closed, { ...headers, ...as('t') })).resolves.toBe(true);
  });
});
