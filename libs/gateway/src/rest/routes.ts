import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { accessOf, type RouteAccess } from './access/require-permission.js';

export type Handler = (...parameters: never[]) => unknown;

/** One route as its decorators say it. */
export interface Route {
  readonly controller: Type;
  readonly handler: Handler;
  /** Name of the method. */
  readonly name: string;
  readonly method: RequestMethod;
  /** Below the module's path, without slashes around it: `instances/:id/why`. */
  readonly path: string;
  /** Undefined: the handler names no permission, and nobody may call it. */
  readonly access: RouteAccess | undefined;
}

/** Reads the routes off a controller, in the order of its methods. */
export function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (!isHandler(handler)) return [];
    const path = [pathOf(controller), pathOf(handler)].filter((part) => part !== '').join('/');
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
    return [{ controller, handler, name, method, path, access: accessOf(handler) }];
  });
}

function isHandler(member: unknown): member is Handler {
  return typeof member === 'function' && Reflect.hasMetadata(METHOD_METADATA, member);
}

function pathOf(target: object): string {
  return String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replace(/^\/+|\/+$/g, '');
}
