import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';

/** Finds out who sends a request, by its headers alone: the body has not been read yet. */
export abstract class Authenticator {
  /**
   * @returns null when the request carries no credentials
   * @throws {UnauthenticatedError} it carries some, and they are bad
   */
  abstract authenticate(request: IncomingMessage): Promise<Caller | null>;
}

/** The token of `Authorization: Bearer <token>`; null when there is none. */
export function bearerTokenOf(request: IncomingMessage): string | null {
  const [, token] = /^bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  return token ?? null;
}
