import type { ExecutionContext } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { rawRequestOf, type HttpRequest } from '../raw-request.js';
import type { Authenticator } from './authenticator.js';
import type { Identification } from './identification.js';

/** Asks an authenticator; without one nobody is known. */
export class ByHeaders implements Identification {
  readonly needsHeadersOnly = true;

  constructor(private readonly authenticator: Authenticator | undefined) {}

  async prepare(): Promise<void> {}

  async identify(context: ExecutionContext): Promise<Caller | null> {
    const request = rawRequestOf(context.switchToHttp().getRequest<HttpRequest>());
    return (await this.authenticator?.authenticate(request)) ?? null;
  }
}
