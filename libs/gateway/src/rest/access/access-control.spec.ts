import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { Caller } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { AccessControl } from './access-control.js';
import { Authenticator } from './authenticator.js';
import { ByHeaders } from './by-headers.js';
import { OpenRoute, RequirePermission } from './require-permission.js';

/** Knows whoever names a role in the header, and counts how often it is asked. */
class ByRole extends Authenticator {
  asked = 0;

  async authenticate({ headers }: IncomingMessage): Promise<Caller | null> {
    this.asked += 1;
    const role = headers.authorization;
    return role ? { subject: 'ada', kind: 'user', roles: [role], tenantId: null } : null;
  }
}

class Routes {
  @RequirePermission('workflow:view')
  view() {}

  @RequirePermission('workflow:cancel')
  cancel() {}

  @OpenRoute()
  open() {}

  forgotten() {}
}
const { view, cancel, open, forgotten } = Routes.prototype;

const from = (role: string | undefined, handler: () => void) =>
  new ExecutionContextHost([{ headers: { authorization: role } }], Routes, handler);
const code = (expected: string) => expect.objectContaining({ code: expected }) as unknown;

describe('AccessControl', () => {
  const control = new AccessControl(new ByHeaders(new ByRole()));

  it('asks for credentials before it looks at permissions', async () => {
    await expect(control.admit(from(undefined, view))).rejects.toEqual(code('UNAUTHENTICATED'));
    await expect(control.admit(from('viewer', cancel))).rejects.toEqual(code('FORBIDDEN'));
    await expect(control.admit(from('viewer', view))).resolves.toBeUndefined();
  });

  it('refuses a route that names no permission, to everybody', async () => {
    await expect(control.admit(from('admin', forgotten))).rejects.toEqual(code('FORBIDDEN'));
    await expect(control.admit(from(undefined, forgotten))).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('lets everybody into an open route, and nobody else in where nothing says who it is', async () => {
    await expect(control.admit(from(undefined, open))).resolves.toBeUndefined();
    const closed = new AccessControl(new ByHeaders(undefined));
    await expect(closed.admit(from('admin', open))).resolves.toBeUndefined();
    await expect(closed.admit(from('admin', view))).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('takes nobody whose tenant was forgotten', async () => {
    class Careless extends Authenticator {
      async authenticate() {
        return { subject: 'ada', kind: 'user', roles: ['admin'] } as unknown as Caller;
      }
    }
    const careless = new AccessControl(new ByHeaders(new Careless()));
    await expect(careless.admit(from(undefined, view))).rejects.toThrow('tenantId');
  });

  it('identifies a request once, however many doors it passes', async () => {
    const authenticator = new ByRole();
    const counting = new AccessControl(new ByHeaders(authenticator));
    const context = from('viewer', view);
    await counting.admit(context);
    await counting.admit(context);
    expect(authenticator.asked).toBe(1);
  });
});
