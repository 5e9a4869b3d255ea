import type { IncomingMessage } from 'node:http';
import type { RouteAccess } from './require-permission.js';

const asked = new WeakMap<IncomingMessage, { readonly access: RouteAccess | undefined }>();

/** Notes what the route of a request asks for. */
export function rememberAccess(request: IncomingMessage, access: RouteAccess | undefined): void {
  asked.set(request, { access });
}

/** What the route of a request asks for; null: it is none of this module's. */
export function accessAskedBy(request: IncomingMessage): { readonly access: RouteAccess | undefined } | null {
  return asked.get(request) ?? null;
}
