import type { IncomingMessage } from 'node:http';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import type { Doorkeeper } from './doorkeeper.js';
import { markOfHandler, type RouteMark } from './route-mark.js';

type Next = (error?: unknown) => void;
type Request = IncomingMessage & { readonly path: string };

interface Layer {
  readonly handle: { readonly name: string };
  readonly route?: {
    readonly methods: Readonly<Record<string, boolean>>;
    readonly stack: readonly { readonly handle: object }[];
  };
  match(path: string): boolean;
}

/** What is needed of an application of Express 5. */
export interface ExpressLike {
  readonly router: { readonly stack: Layer[] };
  use(handler: (request: Request, response: unknown, next: Next) => void): unknown;
  use(handler: (error: unknown, request: Request, response: unknown, next: Next) => void): unknown;
}

/** The names of body-parser's middleware, by which Nest knows it, too. */
const PARSERS = ['jsonParser', 'urlencodedParser', 'rawParser', 'textParser'];

/**
 * Puts the doorkeeper ahead of the body parser, behind what the host has mounted before it, such as CORS. Express
 * reads bodies before it looks for a route, so routes are looked up here first: call it when all are registered.
 */
export function mountOnExpress(app: ExpressLike, doorkeeper: Doorkeeper): void {
  const { stack } = app.router;
  app.use((request: Request, response: unknown, next: Next) => {
    const route = routeOf(stack, request);
    if (!route) return next();
    doorkeeper.admit({ route, request, response }).then((mayGoOn) => mayGoOn && next(), next);
  });
  const front = stack.pop();
  if (front) stack.splice(placeOf(stack), 0, front);
  app.use((error: unknown, request: Request, response: unknown, next: Next) => {
    const route = routeOf(stack, request);
    if (!route) return next(error);
    doorkeeper.fail(error, { route, request, response }).catch(next);
  });
}

/** Ahead of every parser; where none is known, ahead of everything. */
function placeOf(stack: readonly Layer[]): number {
  return Math.max(
    0,
    stack.findIndex(({ handle }) => PARSERS.includes(handle.name)),
  );
}

/** The route of ours that will answer; null when it is a route of the host, or there is none. */
function routeOf(stack: readonly Layer[], request: Request): RouteMark | null {
  for (const layer of stack) {
    const handler = handlerOf(layer);
    if (handler && matches(layer, request)) return markOfHandler(handler) ?? null;
  }
  return null;
}

/** What Nest has made of a handler. Middleware that Nest mounts as a route is none. */
function handlerOf({ route }: Layer): object | undefined {
  return route?.stack
    .map(({ handle }) => handle)
    .find((handle) => Reflect.hasMetadata(METHOD_METADATA, handle));
}

function matches(layer: Layer, { method = 'GET', path }: Request): boolean {
  const { methods = {} } = layer.route ?? {};
  const answers = methods[method.toLowerCase()] ?? (method === 'HEAD' && methods['get'] === true);
  try {
    return answers && layer.match(path);
  } catch {
    // A path that cannot be decoded; Express refuses it.
    return false;
  }
}
