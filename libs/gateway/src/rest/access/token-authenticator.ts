import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';
import { Authenticator, bearerTokenOf } from './authenticator.js';
import { UnauthenticatedError } from './refusals.js';

/** Takes one fixed token for one caller: the administrator of a server that only its own machine can reach. */
export class TokenAuthenticator extends Authenticator {
  constructor(
    private readonly token: string,
    private readonly caller: Caller = {
      subject: 'local-admin',
      kind: 'user',
      roles: ['admin'],
      tenantId: null,
    },
  ) {
    super();
  }

  async authenticate(request: IncomingMessage): Promise<Caller | null> {
    if (request.headers.authorization === undefined) return null;
    if (!isSameSecret(bearerTokenOf(request) ?? '', this.token)) {
      throw new UnauthenticatedError('The token is not the one of this server', true);
    }
    return this.caller;
  }
}

/** Compares in a time that tells nothing about where, or by how much, the two differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
