import type { ControlReceipt, InstanceStatus } from '@workflow-runner/contract';
import { tenantKey } from '../shared/matching.js';
import type { InstanceDoc } from './documents.js';
import type { Base } from './parts.js';

/** What callers' wishes are decided on: all but the texts. */
const PROJECTION = { snap: 0, log: 0, subs: 0 };

export const UNKNOWN = { verdict: 'unknown', status: null, ownerNodeId: null } as const;

/** The instance a caller means. @param tenantId null: of any tenant */
export function findVisible(base: Base, _id: string, tenantId: string | null): Promise<InstanceDoc | null> {
  const t = tenantId === null ? undefined : tenantKey(tenantId);
  return base.driver.findOne('instances', { _id, st: { $exists: true }, t }, { projection: PROJECTION });
}

export function receiptOf<V extends string>(
  verdict: V,
  { st, o }: Pick<InstanceDoc, 'st' | 'o'>,
): { readonly verdict: V; readonly status: InstanceStatus; readonly ownerNodeId: string | null } {
  return { verdict, status: st, ownerNodeId: o?.n ?? null } satisfies Omit<ControlReceipt, 'verdict'> & {
    verdict: V;
  };
}
