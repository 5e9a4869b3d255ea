import type { AuditEntry } from '@workflow-runner/contract';
import { ChainCheck } from '@workflow-runner/contract/audit';
import type { Lab } from './lab.js';

/**
 * Holds the audit trail against what was accepted: one entry for each start, one at most for anything, all of them
 * sealed, every chain whole. @returns findings, empty when all is well
 */
export async function auditTrail(lab: Lab, instanceIds: Iterable<string>): Promise<string[]> {
  const entries = await all(lab);
  const ids = entries.map(({ id }) => id);
  const started = entries
    .filter(({ action }) => action === 'workflow:execute')
    .map(({ resource }) => resource.id);
  const accepted = [...new Set(instanceIds)];
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two entries ${id}`),
    ...accepted.filter((id) => !started.includes(id)).map((id) => `no entry for the start of ${id}`),
    ...started
      .filter((id) => id === null || !accepted.includes(id))
      .map((id) => `an entry for no start: ${id}`),
    ...entries.filter(({ seal }) => seal === null).map(({ id }) => `${id} is not sealed`),
    ...(await brokenChains(lab)),
  ];
}

async function all({ store }: Lab): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await store.auditTrail({}, { limit: 500, ...(cursor !== undefined && { cursor }) });
    entries.push(...page.items);
    if (page.nextCursor === null) return entries;
    cursor = page.nextCursor;
  }
}

async function brokenChains({ store }: Lab): Promise<string[]> {
  const found: string[] = [];
  for (const chain of (await store.auditChains()).chains) {
    const check = new ChainCheck(chain);
    for (;;) {
      const links = await store.auditLinks(chain.name, check.sequence, 500);
      if (links.length === 0 || !check.follow(links)) break;
    }
    const broken = check.finish();
    if (broken) found.push(`chain ${chain.name}: ${broken.what} at ${broken.sequence}`);
  }
  return found;
}
