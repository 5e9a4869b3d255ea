import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const CORRELATION_HEADER = 'x-correlation-id';

const WELL_FORMED = /^[\x21-\x7e]{1,255}$/;
const made = new WeakMap<IncomingMessage, string>();

/** The id under which a request is logged and what it starts is found: the client's own, else a new one. */
export function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers[CORRELATION_HEADER];
  if (typeof given === 'string' && WELL_FORMED.test(given)) return given;
  const id = made.get(request) ?? randomUUID();
  made.set(request, id);
  return id;
}
