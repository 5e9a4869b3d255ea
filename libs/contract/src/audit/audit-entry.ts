import type { Caller } from '../caller.js';
import type { AuditAction } from './audit-actions.js';

/** What an entry keeps of whoever asked. */
export type AuditCaller = Pick<Caller, 'subject' | 'kind' | 'roles' | 'tenantId'>;

/** A few facts about a change, never payloads; texts of at most 1,000 characters. */
export type AuditDetails = Readonly<Record<string, string | number | boolean>>;

export const AUDIT_RESULTS = ['success', 'refused'] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

export const AUDIT_RESOURCES = ['instance', 'event', 'route'] as const;

/** What was changed, or was to be: an instance, an event, or, of refusals, a route of the API. */
export interface AuditResource {
  readonly kind: (typeof AUDIT_RESOURCES)[number];
  /** Null: no single one, as for refusals that were gathered. */
  readonly id: string | null;
}

/**
 * Who asks for a change; rides in the change itself. The store adds what it knows: the moment, the instance or event,
 * its tenant and workflow, and an id that follows from the change.
 */
export interface AuditNote {
  readonly caller: AuditCaller;
  readonly action: AuditAction;
  readonly reason: string | null;
  readonly correlationId: string | null;
  readonly details: AuditDetails;
}

/** An entry without a change of its own, such as a refusal. */
export interface NewAuditEntry extends Omit<AuditNote, 'caller'> {
  /** Unique among such entries; writing the same id again changes nothing. */
  readonly id: string;
  /** Null: nobody was known. */
  readonly caller: AuditCaller | null;
  /** Whose it was. */
  readonly tenantId: string | null;
  readonly resource: AuditResource;
  readonly workflowId: string | null;
  readonly result: AuditResult;
}

/** Where an entry stands in a chain. */
export interface AuditSeal {
  /** Who sealed it: a node, or a process that runs nothing. */
  readonly chain: string;
  /** 1 for the first of its chain, then one more for each. */
  readonly sequence: number;
  /** SHA-256 in hexadecimal, over the entry and the hash before; see `auditHash`. */
  readonly hash: string;
}

/** What never changes of an entry. */
export interface AuditFacts extends NewAuditEntry {
  /** Store time of the commit, epoch ms. */
  readonly at: number;
}

/** An entry as it is stored. */
export interface AuditEntry extends AuditFacts {
  /** Null until it is sealed. */
  readonly seal: AuditSeal | null;
}

/** Everything given must hold. Moments are epoch ms, bounds are included. */
export interface AuditFilter {
  /** Null or absent: any tenant. */
  readonly tenantId?: string | null;
  /** Of the caller. */
  readonly subject?: string;
  readonly action?: AuditAction;
  readonly resourceKind?: AuditResource['kind'];
  readonly resourceId?: string;
  /** Full id. */
  readonly workflowId?: string;
  readonly result?: AuditResult;
  readonly from?: number;
  readonly to?: number;
}

/** A place in a chain: behind so many entries, and the hash of the last. Sequence 0 and an empty hash: the beginning. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
}

export interface AuditChain {
  readonly name: string;
  /** Behind what retention has deleted: verification starts from here. */
  readonly base: ChainPlace;
  readonly head: ChainPlace;
}

export interface AuditChains {
  /** By name. */
  readonly chains: readonly AuditChain[];
  /** Entries that stand before or behind all sealed ones. */
  readonly unsealed: number;
}

/** A sealed place of a chain and what stands there. */
export interface AuditLink {
  readonly sequence: number;
  readonly hash: string;
  /** Place of its entry in the order of the commits. */
  readonly position: number;
  /** Null: it is gone. */
  readonly entry: AuditFacts | null;
}
