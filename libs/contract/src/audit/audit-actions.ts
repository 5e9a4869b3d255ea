/** Changes that somebody asks for; each leaves an entry, in the commit of the change. */
export const AUDITED_CHANGES = [
  'workflow:execute',
  'workflow:pause',
  'workflow:resume',
  'workflow:cancel',
  'workflow:terminate',
  'workflow:retry',
  'workflow:discard',
  'workflow:accept',
  'workflow:signal',
  'event:publish',
] as const;
export type AuditedChange = (typeof AUDITED_CHANGES)[number];

/** What else can be refused: permissions of routes, and `api:access` for a route that asks for none. */
const REFUSABLE = [
  'workflow:view',
  'workflow:create',
  'workflow:update',
  'workflow:delete',
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
  'api:access',
] as const;

export const AUDIT_ACTIONS = [...AUDITED_CHANGES, ...REFUSABLE] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
