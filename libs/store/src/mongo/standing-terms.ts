import type { InstanceDoc } from './documents.js';
import type { Terms } from './driver.js';
import { isWakeable } from '../shared/standing.js';

/**
 * The update that gives fields these values. A field that is undefined goes; null is a value.
 * @param more other operators
 */
export function updateOf(fields: Terms, more: Terms = {}): Terms {
  const entries = Object.entries(fields);
  const set = entries.filter(([, value]) => value !== undefined);
  const unset = entries.filter(([, value]) => value === undefined).map(([name]) => [name, '']);
  return {
    ...(set.length > 0 && { $set: Object.fromEntries(set) }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset) }),
    ...more,
  };
}

/** When an instance is due that nobody owns: what the record says, and what the claim looks for. */
export function dueFields(prio: number, wake: number | null): Pick<InstanceDoc, 'wake' | 'dp' | 'dw'> {
  return wake === null ? { wake, dp: undefined, dw: undefined } : { wake, dp: prio, dw: wake };
}

/** The same for one that is owned: its wake time is only shown. */
export const NOT_DUE = { dp: undefined, dw: undefined } as const;

/** What an instance must still be like when somebody who does not own it writes what was decided on it. */
export function asRead({ _id, seq, fence, st, o, ctl, q }: InstanceDoc): Terms {
  return {
    _id,
    seq,
    fence,
    st,
    'o.n': o?.n ?? null,
    'ctl.at': ctl?.at ?? null,
    'q.s': q?.s ?? null,
  };
}

/** What mail does to where an instance stands: one that nobody owns and that mail wakes is due now, unless it queues for a slot. */
export function stirred(doc: Pick<InstanceDoc, 'o' | 'st' | 'q' | 'prio' | 'wake'>, now: number): Terms {
  if (doc.o || doc.q || !isWakeable(doc.st)) return {};
  return dueFields(doc.prio, Math.min(doc.wake ?? now, now));
}
