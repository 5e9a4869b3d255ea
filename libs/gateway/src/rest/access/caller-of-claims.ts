import type { Caller } from '@workflow-runner/contract';

/** Longest subject, tenant and role name, in characters. */
const MAX_LENGTH = 255;

/**
 * Reads a caller off the claims of a token whose signature holds: `sub`, `roles` (a list, none when missing),
 * `tenant` (none when missing).
 * @returns null when a claim has the wrong shape: a tenant that cannot be read must not become "no tenant"
 */
export function callerOfClaims(claims: unknown): Caller | null {
  if (typeof claims !== 'object' || claims === null) return null;
  const { sub, roles = [], tenant = null } = claims as Record<string, unknown>;
  if (!isName(sub) || !Array.isArray(roles) || !roles.every(isName)) return null;
  if (tenant !== null && !isName(tenant)) return null;
  return { subject: sub, kind: 'user', roles, tenantId: tenant };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH;
}
