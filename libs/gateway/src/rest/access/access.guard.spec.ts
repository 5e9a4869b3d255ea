import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AccessControl } from './access-control.js';
import { AccessGuard } from './access.guard.js';
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
const guard = new AccessGuard(new AccessControl(new TokenAuthenticator('t', viewer)));

/** A request as Fastify wraps it, or as Express hands it over, that no middleware has seen. */
function pass(handler: () => void, authorization?: string, wrapped = true): Promise<boolean> {
  const raw = { headers: { authorization } };
  const context = {
    switchToHttp: () => ({ getRequest: () => (wrapped ? { raw } : raw) }),
    getHandler: () => handler,
  };
  return guard.canActivate(context as unknown as ExecutionContext);
}

describe('AccessGuard', () => {
  const { closed, open, forgotten } = Routes.prototype;

  it.each([true, false])(
    'keeps out whom no middleware has stopped (wrapped request: %s)',
    async (wrapped) => {
      await expect(pass(closed, undefined, wrapped)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(pass(closed, 'Bearer x', wrapped)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(pass(forgotten, 'Bearer t', wrapped)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    },
  );

  it('lets in who may', async () => {
    await expect(pass(closed, 'Bearer t')).resolves.toBe(true);
    await expect(pass(open)).resolves.toBe(true);
  });
});
