import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';
import { rawRequestOf, type HttpRequest } from '../raw-request.js';
import { UnauthenticatedError } from './refusals.js';

const callers = new WeakMap<IncomingMessage, Caller>();

/** Notes who a request is from. */
export function rememberCaller(request: IncomingMessage, caller: Caller): void {
  callers.set(request, caller);
}

/** Whom a request is known to be from, admitted or not; null: nobody is known. */
export function callerOfRequest(request: IncomingMessage): Caller | null {
  return callers.get(request) ?? null;
}

/** The caller of an admitted request; null on an open route without credentials. */
export const MaybeCaller = createParamDecorator((_: unknown, context: ExecutionContext) => callerIn(context));

/** The caller of a route that asks for a permission. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerIn(context);
  if (!caller) throw new UnauthenticatedError();
  return caller;
});

function callerIn(context: ExecutionContext): Caller | null {
  return callerOfRequest(rawRequestOf(context.switchToHttp().getRequest<HttpRequest>()));
}
