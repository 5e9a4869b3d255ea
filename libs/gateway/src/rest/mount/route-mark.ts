import type { ExecutionContext, Type } from '@nestjs/common';
import type { Handler, Route } from '../routes.js';

/** The handler of a route, as an adapter's own route knows it. */
export interface RouteMark {
  readonly controller: Type;
  readonly handler: Handler;
}

/** Metadata of a handler that Nest's Fastify adapter gives to the route as its `config` (its decorator RouteConfig). */
const FASTIFY_CONFIG = '__fastify_route_config__';
const MARK = 'workflowRoute';

/** Marks a handler, so that its route is known again among those of the adapter, below whatever prefix. */
export function markRoute({ controller, handler }: Route): void {
  const mark: RouteMark = { controller, handler };
  Reflect.defineMetadata(MARK, mark, handler);
  const config = Reflect.getMetadata(FASTIFY_CONFIG, handler) as object | undefined;
  Reflect.defineMetadata(FASTIFY_CONFIG, { ...config, [MARK]: mark }, handler);
}

/** The mark of a function that Nest has made of a handler: it keeps the handler's metadata. */
export function markOfHandler(handler: object): RouteMark | undefined {
  return Reflect.getMetadata(MARK, handler) as RouteMark | undefined;
}

/** The mark in the `config` of a route of Fastify. */
export function markOfConfig(config: object | undefined): RouteMark | undefined {
  return (config as Record<string, unknown> | undefined)?.[MARK] as RouteMark | undefined;
}

/** Whether a context, as interceptors and guards get it, is that of a route of WorkflowRestModule. */
export function isWorkflowRoute(context: ExecutionContext): boolean {
  return markOfHandler(context.getHandler()) !== undefined;
}
