import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

interface WrappedResponse {
  readonly raw: ServerResponse;
  /** From now on the framework leaves the answer to its handler. */
  hijack(): unknown;
  getHeaders(): OutgoingHttpHeaders;
}

/** A response as a handler gets it: Node's own (Express), or a wrapper with Node's own in `raw` (Fastify). */
export type HttpResponse = ServerResponse | WrappedResponse;

export function rawResponseOf(response: HttpResponse): ServerResponse {
  return 'raw' in response ? response.raw : response;
}

/** Takes the answer from the framework; headers that others have set beforehand (CORS) are kept. */
export function takeOver(response: HttpResponse): void {
  if (!('raw' in response)) return;
  response.hijack();
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) response.raw.setHeader(name, value);
  }
}
