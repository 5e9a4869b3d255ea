import type { Permission } from '@workflow-runner/contract';

export const ROLES = ['admin', 'operator', 'developer', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** A permission, or a wildcard over the actions of a resource, or over everything. */
type Grant = Permission | `${string}:*`;

const GRANTS: Readonly<Record<Role, readonly Grant[]>> = {
  admin: ['*:*'],
  operator: [
    'workflow:execute',
    'workflow:pause',
    'workflow:resume',
    'workflow:cancel',
    'workflow:retry',
    'workflow:view',
    'schedule:view',
    'config:read',
  ],
  developer: [
    'workflow:create',
    'workflow:update',
    'workflow:view',
    'schedule:create',
    'schedule:update',
    'config:read',
  ],
  viewer: ['workflow:view', 'schedule:view'],
};

/** Whether one of the roles grants the permission. What is not granted, and a role nobody knows, is denied. */
export function isAllowed(roles: readonly string[], permission: Permission): boolean {
  return roles.some((role) => isRole(role) && GRANTS[role].some((grant) => covers(grant, permission)));
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

function covers(grant: Grant, permission: Permission): boolean {
  const [resource] = permission.split(':');
  return grant === permission || grant === '*:*' || grant === `${resource}:*`;
}
