import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { UnauthenticatedError } from './refusals.js';
import { TokenAuthenticator } from './token-authenticator.js';

const authenticator = new TokenAuthenticator('right');
const ask = (authorization?: string) =>
  authenticator.authenticate({ headers: { authorization } } as IncomingMessage);

describe('TokenAuthenticator', () => {
  it('knows the holder of its token as administrator', async () => {
    expect(await ask('Bearer right')).toMatchObject({ subject: 'local-admin', roles: ['admin'] });
    expect(await ask('bearer right')).not.toBeNull();
  });

  it('says null to a request without credentials', async () => {
    expect(await ask()).toBeNull();
  });

  it.each(['Bearer wrong', 'Bearer', 'Basic right', 'right', ''])('refuses %j', async (header) => {
    await expect(ask(header)).rejects.toBeInstanceOf(UnauthenticatedError);
  });
});
