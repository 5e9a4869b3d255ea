import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { accessOf, type RouteAccess } from './access/require-permission.js';

/** One route as its decorators say it. */
export interface Route {
  readonly method: RequestMethod;
  /** Below the module's path, without slashes around it: `instances/:id/why`. */
  readonly path: string;
  /** Undefined: the handler names no permission, and nobody may call it. */
  readonly access: RouteAccess | undefined;
}

/** Reads the routes off the controllers, in the order of their methods. */
export function routesOf(controllers: readonly Type[]): Route[] {
  return controllers.flatMap((controller) => {
    const base = pathOf(controller);
    return handlersOf(controller).map((handler) => ({
      method: Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod,
      path: [base, pathOf(handler)].filter((part) => part !== '').join('/'),
      access: accessOf(handler),
    }));
  });
}

function handlersOf(controller: Type): object[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype)
    .map((name) => prototype[name])
    .filter((member): member is () => unknown => typeof member === 'function')
    .filter((method) => Reflect.hasMetadata(METHOD_METADATA, method));
}

function pathOf(target: object): string {
  return String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replace(/^\/+|\/+$/g, '');
}
