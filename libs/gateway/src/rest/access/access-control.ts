import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';
import { correlationIdOf } from '../correlation-id.js';
import type { Authenticator } from './authenticator.js';
import { rememberCaller } from './current-caller.js';
import { isAllowed } from './permissions.js';
import { ForbiddenError, UnauthenticatedError } from './refusals.js';
import type { RouteAccess } from './require-permission.js';

/** Decides once per request who asks, and per route whether they may. */
export class AccessControl {
  private readonly callers = new WeakMap<IncomingMessage, Promise<Caller | null>>();

  constructor(private readonly authenticator: Authenticator) {}

  /**
   * Lets a request pass, or throws.
   * @param access what the route asks for; undefined when it forgot to say so, which nobody may
   * @throws {UnauthenticatedError} @throws {ForbiddenError}
   */
  async admit(request: IncomingMessage, access: RouteAccess | undefined): Promise<void> {
    const caller = await this.callerOf(request);
    if (caller) rememberCaller(request, caller);
    if (access === 'open') return;
    if (!caller) throw new UnauthenticatedError();
    if (access === undefined || !isAllowed(caller.roles, access)) {
      throw new ForbiddenError(access ?? 'of a route that names none');
    }
  }

  private callerOf(request: IncomingMessage): Promise<Caller | null> {
    let caller = this.callers.get(request);
    if (!caller) {
      caller = this.identify(request);
      this.callers.set(request, caller);
    }
    return caller;
  }

  private async identify(request: IncomingMessage): Promise<Caller | null> {
    const caller = await this.authenticator.authenticate(request);
    return caller && { ...caller, correlationId: correlationIdOf(request) };
  }
}
