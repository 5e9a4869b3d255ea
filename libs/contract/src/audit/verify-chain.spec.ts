import { describe, expect, it } from 'vitest';
import type { AuditChain, AuditFacts, AuditLink, ChainPlace } from './audit-entry.js';
import { auditHash, auditLine } from './audit-hash.js';
import { ChainCheck } from './verify-chain.js';

const entry = (id: string, overrides: Partial<AuditFacts> = {}): AuditFacts => ({
  ...{ id, at: 1_000, caller: { subject: 'ann', kind: 'user', roles: ['admin'], tenantId: null } },
  ...{ tenantId: 't1', action: 'workflow:cancel', resource: { kind: 'instance', id: 'i1' } },
  ...{
    workflowId: 'a.b@1.0.0',
    result: 'success',
    reason: null,
    correlationId: null,
    details: { b: 1, a: 'x' },
  },
  ...overrides,
});

/** A chain of so many entries, and its links. */
function chainOf(count: number, base: ChainPlace = { sequence: 0, hash: '' }): [AuditChain, AuditLink[]] {
  let head = base;
  const links = Array.from({ length: count }, (_, index) => {
    const fact = entry(`e${index}`);
    head = { sequence: head.sequence + 1, hash: auditHash('a', head, fact) };
    return { ...head, position: 10 + index, entry: fact };
  });
  return [{ name: 'a', base, head }, links];
}

function verify(chain: AuditChain, links: readonly AuditLink[]) {
  const check = new ChainCheck(chain);
  check.follow(links);
  return check.finish();
}

describe('The hash of an entry', () => {
  const before = { sequence: 4, hash: 'h4' };

  it('is made of a line that the order of its details does not change', () => {
    expect(auditLine(entry('e', { details: { a: 'x', b: 1 } }))).toBe(auditLine(entry('e')));
    expect(auditLine(entry('e'))).toBe(
      '["e",1000,["ann","user",["admin"],null],"t1","workflow:cancel","instance","i1","a.b@1.0.0","success",null,null,' +
        '[["a","x"],["b",1]]]',
    );
  });

  it('is what the documentation says it is', () => {
    expect(auditHash('a', before, entry('e'))).toBe(
      'e50132cde9024aa7451007a0ce0806bb1b90176e28a18ab42d142b5e51debd52',
    );
  });

  const changes: Partial<AuditFacts>[] = [
    { id: 'f' },
    { at: 1_001 },
    { caller: null },
    { caller: { subject: 'bob', kind: 'user', roles: ['admin'], tenantId: null } },
    { caller: { subject: 'ann', kind: 'service', roles: ['admin'], tenantId: null } },
    { caller: { subject: 'ann', kind: 'user', roles: [], tenantId: null } },
    { caller: { subject: 'ann', kind: 'user', roles: ['admin'], tenantId: 't' } },
    { tenantId: null },
    { action: 'workflow:pause' },
    { resource: { kind: 'event', id: 'i1' } },
    { resource: { kind: 'instance', id: 'i2' } },
    { workflowId: null },
    { result: 'refused' },
    { reason: 'why' },
    { correlationId: 'c' },
    { details: {} },
    { details: { b: 2, a: 'x' } },
  ];

  it.each(changes)('changes with %j', (change) => {
    expect(auditHash('a', before, entry('e', change))).not.toBe(auditHash('a', before, entry('e')));
  });

  it('changes with its chain, its sequence and the hash before', () => {
    const hashes = [
      auditHash('a', before, entry('e')),
      auditHash('b', before, entry('e')),
      auditHash('a', { ...before, sequence: 5 }, entry('e')),
      auditHash('a', { ...before, hash: 'h5' }, entry('e')),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('The check of a chain', () => {
  it('finds nothing wrong with a whole one, from its beginning, from a base, and with an empty one', () => {
    expect(verify(...chainOf(5))).toBeNull();
    expect(verify(...chainOf(5, { sequence: 90, hash: 'old' }))).toBeNull();
    expect(verify(...chainOf(0))).toBeNull();
  });

  it('takes its links in pages, and knows how far it has come', () => {
    const [chain, links] = chainOf(5);
    const check = new ChainCheck(chain);
    expect(check.follow(links.slice(0, 2))).toBe(true);
    expect(check.sequence).toBe(2);
    expect(check.follow(links.slice(2))).toBe(true);
    expect(check.finish()).toBeNull();
  });

  it('goes on beyond the head it knew', () => {
    const [, links] = chainOf(5);
    const [known] = chainOf(3);
    expect(verify(known, links)).toBeNull();
  });

  it('finds a changed entry, and does not look at what comes behind it', () => {
    const [chain, links] = chainOf(4);
    links[1] = { ...links[1]!, entry: entry('e1', { reason: 'forged' }) };
    links[2] = { ...links[2]!, entry: null };
    const check = new ChainCheck(chain);
    expect(check.follow(links)).toBe(false);
    expect(check.finish()).toEqual({ sequence: 2, what: 'changed' });
    expect(check.sequence).toBe(1);
  });

  it('finds a missing entry, a missing link, and a missing end', () => {
    const [chain, links] = chainOf(4);
    const gone = links.map((link, index) => (index === 2 ? { ...link, entry: null } : link));
    expect(verify(chain, gone)).toEqual({ sequence: 3, what: 'missing' });
    expect(verify(chain, links.toSpliced(1, 1))).toEqual({ sequence: 2, what: 'missing' });
    expect(verify(chain, links.slice(0, 3))).toEqual({ sequence: 4, what: 'missing' });
    expect(verify(chain, [])).toEqual({ sequence: 1, what: 'missing' });
  });

  it('finds two links that have changed places', () => {
    const [chain, links] = chainOf(4);
    const [, second, third] = links as [AuditLink, AuditLink, AuditLink, AuditLink];
    const swapped = { position: third.position, entry: third.entry };
    links[2] = { ...third, position: second.position, entry: second.entry };
    links[1] = { ...second, ...swapped };
    expect(verify(chain, links)).toEqual({ sequence: 2, what: 'reordered' });
  });

  it('finds a link that was moved as it is', () => {
    const [chain, links] = chainOf(4);
    links[2] = { ...links[2]!, position: 1 };
    expect(verify(chain, links)).toEqual({ sequence: 3, what: 'reordered' });
  });

  it('finds an end that was rewritten with new hashes, as the head does not know it', () => {
    const [chain, links] = chainOf(3);
    const before = { sequence: 2, hash: links[1]!.hash };
    const forged = entry('e2', { reason: 'forged' });
    links[2] = { ...links[2]!, entry: forged, hash: auditHash('a', before, forged) };
    expect(verify(chain, links)).toEqual({ sequence: 3, what: 'changed' });
  });
});
