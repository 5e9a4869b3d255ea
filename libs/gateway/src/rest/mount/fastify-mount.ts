import type { HttpRequest } from '../raw-request.js';
import type { Doorkeeper } from './doorkeeper.js';
import { markOfConfig } from './route-mark.js';

type Hook = (request: HttpRequest, reply: unknown) => Promise<unknown>;

interface FastifyRoute {
  readonly config?: object;
  onRequest?: unknown;
  errorHandler?: (error: unknown, request: HttpRequest, reply: unknown) => void;
}

/** What is needed of an instance of Fastify. */
export interface FastifyLike {
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
}

/** Puts the doorkeeper into our routes as Nest registers them: call it before that. */
export function mountOnFastify(fastify: FastifyLike, doorkeeper: Doorkeeper): void {
  fastify.addHook('onRoute', (route) => {
    const mark = markOfConfig(route.config);
    if (!mark) return;
    // Runs behind the hooks of the host, such as CORS, and before the body is read.
    const admit: Hook = async (request, reply) => {
      const mayGoOn = await doorkeeper.admit({ route: mark, request, response: reply });
      return mayGoOn ? undefined : reply;
    };
    route.onRequest = [route.onRequest ?? [], admit].flat();
    route.errorHandler = (error, request, reply) =>
      void doorkeeper.fail(error, { route: mark, request, response: reply });
  });
}
