import { PERMISSIONS, type Permission } from '../permission.js';

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

export type AuditAction = AuditedChange | Permission | 'api:access';

/** Every change, and what else can be refused: permissions of routes, and `api:access` for a route that asks for none. */
export const AUDIT_ACTIONS: readonly AuditAction[] = [
  ...new Set([...AUDITED_CHANGES, ...PERMISSIONS, 'api:access' as const]),
];
