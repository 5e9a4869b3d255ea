/** Who asks: a person, a service, or the system itself. Kept with what they caused. */
export interface Caller {
  /** Stable name of the subject: a user id, `schedule:<id>`, `system`. */
  readonly subject: string;
  readonly kind: 'user' | 'service' | 'system';
  readonly roles: readonly string[];
  /** Tenant the caller belongs to; null sees the default tenant. */
  readonly tenantId: string | null;
  readonly correlationId?: string;
}

/** The caller of code that does not say who it is. */
export const SYSTEM_CALLER: Caller = { subject: 'system', kind: 'system', roles: ['admin'], tenantId: null };
