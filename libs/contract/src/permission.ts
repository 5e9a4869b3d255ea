/** What can be allowed: `<resource>:<action>`. */
export const PERMISSIONS = [
  'workflow:execute',
  'workflow:pause',
  'workflow:resume',
  'workflow:cancel',
  'workflow:retry',
  'workflow:view',
  'workflow:create',
  'workflow:update',
  'workflow:delete',
  'event:publish',
  'schedule:create',
  'schedule:update',
  'schedule:delete',
  'schedule:view',
  'config:read',
  'config:write',
  'audit:view',
  'security:manage',
  'system:monitor',
  'system:admin',
] as const;
export type Permission = (typeof PERMISSIONS)[number];
