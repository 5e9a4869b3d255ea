import type { IncomingMessage } from 'node:http';

/** A request as a handler gets it: Node's own (Express), or a wrapper with Node's own in `raw` (Fastify). */
export type HttpRequest = IncomingMessage | { readonly raw: IncomingMessage };

/** Node's own request, which is the same object in middleware, guard and handler. */
export function rawRequestOf(request: HttpRequest): IncomingMessage {
  return 'raw' in request ? request.raw : request;
}

/**
 * Where a request came from, as the HTTP framework gives it: behind a proxy that the host trusts, what the proxy says.
 * Null: unknown.
 */
export function addressOf(request: HttpRequest): string | null {
  const { ip } = request as { readonly ip?: unknown };
  if (typeof ip === 'string' && ip !== '') return ip;
  return rawRequestOf(request).socket.remoteAddress ?? null;
}

/** The path a client asked for, without the query, which may hold what no answer should repeat. */
export function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '/').split('?', 1)[0] ?? '/';
}
