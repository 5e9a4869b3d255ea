import { SetMetadata } from '@nestjs/common';
import type { Permission } from '@workflow-runner/contract';

/** Where a route keeps what it asks for. */
export const PERMISSION_METADATA = 'workflow-runner:permission';

/**
 * What a route asks of its caller: a permission, or one of several; `open` lets everybody in and looks at credentials
 * only where they are given.
 */
export type RouteAccess = Permission | readonly Permission[] | 'open';

/** Names the permission a caller needs for a route. A route that names none is refused to everybody. */
export const RequirePermission = (permission: Permission) => SetMetadata(PERMISSION_METADATA, permission);

/** Lets in who has one of the permissions, where only the body says which it takes: the handler must ask again. */
export const RequireAnyPermission = (permissions: readonly Permission[]) =>
  SetMetadata(PERMISSION_METADATA, permissions);

/** Lets callers in without credentials. Whoever gives some must give good ones. */
export const OpenRoute = () => SetMetadata(PERMISSION_METADATA, 'open' satisfies RouteAccess);

/** What a handler was decorated with; undefined when with nothing. */
export function accessOf(handler: object): RouteAccess | undefined {
  return Reflect.getMetadata(PERMISSION_METADATA, handler) as RouteAccess | undefined;
}
