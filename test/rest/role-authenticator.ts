import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';
import { Authenticator, bearerTokenOf } from '@workflow-runner/gateway/rest';

/** Believes a token that is written `role`, or `role@tenant`. */
export class RoleAuthenticator extends Authenticator {
  async authenticate(request: IncomingMessage): Promise<Caller | null> {
    const token = bearerTokenOf(request);
    if (token === null) return null;
    const [role = '', tenantId = null] = token.split('@');
    return { subject: token, kind: 'user', roles: [role], tenantId };
  }
}
