import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { AccessControl } from './access-control.js';
import { Authenticator } from './authenticator.js';

/** Knows whoever names a role in the header, and counts how often it is asked. */
class ByRole extends Authenticator {
  asked = 0;
  async authenticate({ headers }: IncomingMessage): Promise<Caller | null> {
    this.asked += 1;
    const role = headers.authorization;
    return role ? { subject: 'ada', kind: 'user', roles: [role], tenantId: null } : null;
  }
}

const from = (role?: string) => ({ headers: { authorization: role } }) as IncomingMessage;
const code = (expected: string) => expect.objectContaining({ code: expected }) as unknown;

describe('AccessControl', () => {
  it('asks for credentials before it looks at permissions', async () => {
    const control = new AccessControl(new ByRole());
    await expect(control.admit(from(), 'workflow:view')).rejects.toEqual(code('UNAUTHENTICATED'));
    await expect(control.admit(from('viewer'), 'workflow:cancel')).rejects.toEqual(code('FORBIDDEN'));
    await expect(control.admit(from('viewer'), 'workflow:view')).resolves.toBeUndefined();
  });

  it('refuses a route that names no permission, to everybody', async () => {
    const control = new AccessControl(new ByRole());
    await expect(control.admit(from('admin'), undefined)).rejects.toEqual(code('FORBIDDEN'));
    await expect(control.admit(from(), undefined)).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('lets everybody into an open route', async () => {
    await expect(new AccessControl(new ByRole()).admit(from(), 'open')).resolves.toBeUndefined();
  });

  it('identifies a request once, however many doors it passes', async () => {
    const authenticator = new ByRole();
    const control = new AccessControl(authenticator);
    const request = from('viewer');
    await control.admit(request, 'workflow:view');
    await control.admit(request, 'workflow:view');
    expect(authenticator.asked).toBe(1);
  });
});
