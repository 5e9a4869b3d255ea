import { hash } from 'node:crypto';
import type { AuditFacts, ChainPlace } from './audit-entry.js';

/** Version of the texts that are hashed; the first thing in them. */
const FORM = 1;

/**
 * An entry as one line: a JSON array of all its fields without spaces. The caller is `[subject, kind, roles, tenantId]`
 * or null; details are pairs in the order of their names. The same entry gives the same line.
 */
export function auditLine(entry: AuditFacts): string {
  const { caller, resource } = entry;
  return JSON.stringify([
    entry.id,
    entry.at,
    caller && [caller.subject, caller.kind, caller.roles, caller.tenantId],
    entry.tenantId,
    entry.action,
    resource.kind,
    resource.id,
    entry.workflowId,
    entry.result,
    entry.reason,
    entry.correlationId,
    pairsOf(entry.details),
  ]);
}

/**
 * SHA-256 in hexadecimal over two lines in UTF-8: `[version, chain, sequence, hash before]` as JSON, and the entry's.
 * @param before the place in the chain that it follows
 */
export function hashOfLine(chain: string, before: ChainPlace, line: string): string {
  const place = JSON.stringify([FORM, chain, before.sequence + 1, before.hash]);
  return hash('sha256', `${place}\n${line}`);
}

export function auditHash(chain: string, before: ChainPlace, entry: AuditFacts): string {
  return hashOfLine(chain, before, auditLine(entry));
}

function pairsOf(details: AuditFacts['details']): readonly unknown[] {
  const names = Object.keys(details);
  return names.length === 0 ? names : names.sort().map((name) => [name, details[name]]);
}
