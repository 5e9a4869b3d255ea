import type { AuditAction, AuditDetails, Caller, NewAuditEntry } from '@workflow-runner/contract';
import { auditCaller } from '@workflow-runner/engine';

/** A request that a door has refused. */
export interface Refusal {
  /** Null: it carried no credentials, or bad ones. */
  readonly caller: Caller | null;
  /** Where it came from; null: unknown. */
  readonly address: string | null;
  /** The permission that was asked for. */
  readonly action: AuditAction;
  /** Code of the answer, such as `FORBIDDEN`. */
  readonly code: string;
  /** What was asked for, without its query. */
  readonly path: string;
}

interface Tally {
  readonly first: Refusal;
  readonly isOthers: boolean;
  readonly minute: number;
  count: number;
}

const MINUTE_MS = 60_000;
/** Kinds of refusals of one minute that are told apart; further ones are counted together. */
export const MOST_A_MINUTE = 1_000;
const LONGEST_TEXT = 255;

/**
 * Gathers refusals: those of one caller, or of one address where nobody is known, for one permission and with one code,
 * become one entry a minute. What it keeps is bounded, whoever asks.
 */
export class RefusalLedger {
  private tallies = new Map<string, Tally>();
  private readonly sizes = new Map<number, number>();

  /** @param now store time */
  note(refusal: Refusal, now: number): void {
    const minute = now - (now % MINUTE_MS);
    const key = keyOf(refusal, minute);
    const known = this.tallies.get(key);
    if (known) {
      known.count += 1;
      return;
    }
    const size = this.sizes.get(minute) ?? 0;
    if (size >= MOST_A_MINUTE) return this.countAmongOthers(refusal, minute);
    this.sizes.set(minute, size + 1);
    this.tallies.set(key, { first: refusal, isOthers: false, minute, count: 1 });
  }

  /** When the oldest minute is over, epoch ms; null: there is nothing. */
  get isDueAt(): number | null {
    const minutes = [...this.sizes.keys()];
    return minutes.length === 0 ? null : Math.min(...minutes) + MINUTE_MS;
  }

  /** Takes out the minutes that are over at a moment. @param newId called for each entry */
  take(now: number, newId: () => string): NewAuditEntry[] {
    const isOver = (minute: number): boolean => minute + MINUTE_MS <= now;
    const over = [...this.tallies].filter(([, { minute }]) => isOver(minute));
    for (const [key] of over) this.tallies.delete(key);
    for (const minute of [...this.sizes.keys()]) if (isOver(minute)) this.sizes.delete(minute);
    return over.map(([, tally]) => entryOf(tally, newId()));
  }

  private countAmongOthers({ code }: Refusal, minute: number): void {
    const key = JSON.stringify([minute, 'others', code]);
    const known = this.tallies.get(key);
    if (known) known.count += 1;
    else {
      const first: Refusal = { caller: null, address: null, action: 'api:access', code, path: '' };
      this.tallies.set(key, { first, isOthers: true, minute, count: 1 });
    }
  }
}

function keyOf({ caller, address, action, code }: Refusal, minute: number): string {
  const who = caller ? ['caller', caller.subject, caller.tenantId] : ['address', address];
  return JSON.stringify([minute, who, action, code]);
}

function entryOf({ first, isOthers, minute, count }: Tally, id: string): NewAuditEntry {
  const { caller, address, action, code, path } = first;
  return {
    id,
    caller: caller && auditCaller(caller),
    tenantId: caller?.tenantId ?? null,
    action,
    resource: { kind: 'route', id: null },
    workflowId: null,
    result: 'refused',
    reason: code,
    correlationId: null,
    details: detailsOf(count, minute, isOthers ? { others: true } : { address, path }),
  };
}

function detailsOf(
  count: number,
  since: number,
  more: { readonly others: true } | { readonly address: string | null; readonly path: string },
): AuditDetails {
  if ('others' in more) return { count, since, ...more };
  const path = more.path.slice(0, LONGEST_TEXT);
  return {
    count,
    since,
    path,
    ...(more.address !== null && { address: more.address.slice(0, LONGEST_TEXT) }),
  };
}
