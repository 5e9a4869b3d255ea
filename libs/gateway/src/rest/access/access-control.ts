import type { IncomingMessage } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';
import { correlationIdOf } from '../correlation-id.js';
import { rawRequestOf, type HttpRequest } from '../raw-request.js';
import { rememberAccess } from './asked-access.js';
import { rememberCaller } from './current-caller.js';
import type { Identification } from './identification.js';
import { isAllowed } from './permissions.js';
import { ForbiddenError, UnauthenticatedError } from './refusals.js';
import { accessOf } from './require-permission.js';

/** Decides once per request who asks, and per route whether they may. */
export class AccessControl {
  private readonly callers = new WeakMap<IncomingMessage, Promise<Caller | null>>();

  /** @internal */
  constructor(private readonly identification: Identification) {}

  /** Whether it can decide before the body is read. */
  get needsHeadersOnly(): boolean {
    return this.identification.needsHeadersOnly;
  }

  prepare(): Promise<void> {
    return this.identification.prepare();
  }

  /**
   * Lets a request pass, or throws. What the route asks for is read off its handler; one that forgot to say so is
   * closed to everybody.
   * @throws {UnauthenticatedError} @throws {ForbiddenError} or what a guard of the host throws
   */
  async admit(context: ExecutionContext): Promise<void> {
    const request = rawRequestOf(context.switchToHttp().getRequest<HttpRequest>());
    const access = accessOf(context.getHandler());
    rememberAccess(request, access);
    const caller = await this.callerOf(request, context);
    if (caller) rememberCaller(request, caller);
    if (access === 'open') return;
    if (!caller) throw new UnauthenticatedError();
    const permissions = access === undefined ? [] : typeof access === 'string' ? [access] : access;
    if (permissions.some((permission) => isAllowed(caller.roles, permission))) return;
    throw new ForbiddenError(permissions.join(' or ') || 'of a route that names none');
  }

  private callerOf(request: IncomingMessage, context: ExecutionContext): Promise<Caller | null> {
    let caller = this.callers.get(request);
    if (!caller) {
      caller = this.identify(request, context);
      this.callers.set(request, caller);
    }
    return caller;
  }

  private async identify(request: IncomingMessage, context: ExecutionContext): Promise<Caller | null> {
    const caller = await this.identification.identify(context);
    // Somebody else's code, perhaps without types: a tenant that was forgotten must not mean all of them.
    if (caller && caller.tenantId === undefined)
      throw new TypeError('A caller has a tenantId, null for none');
    return caller && { ...caller, correlationId: correlationIdOf(request) };
  }
}
