import type { AuditFacts } from '@workflow-runner/contract';
import { auditLine } from '@workflow-runner/contract/audit';
import type { Driver, Statement } from './driver.js';
import { storable } from './text.js';

/** Writes entries of the audit trail: one inserted row each. */
export class AuditWriter {
  private readonly insert: Statement;

  constructor(driver: Driver) {
    this.insert = driver.prepare(
      'INSERT INTO audit (line, alone) VALUES (?, ?) ON CONFLICT (alone) WHERE alone IS NOT NULL DO NOTHING',
    );
  }

  /** @param alone without a change: the same id again writes nothing */
  write(given: AuditFacts, alone = false): void {
    const facts = asStored(given);
    this.insert.run(auditLine(facts), alone ? facts.id : null);
  }
}

/** What stands in columns must be read back as it is in the line. */
function asStored(facts: AuditFacts): AuditFacts {
  const { caller, resource, tenantId } = facts;
  const subject = caller === null ? null : storable(caller.subject);
  const id = resource.id === null ? null : storable(resource.id);
  const tenant = tenantId === null ? null : storable(tenantId);
  if (subject === (caller?.subject ?? null) && id === resource.id && tenant === tenantId) return facts;
  return {
    ...facts,
    caller: caller && { ...caller, subject: subject ?? '' },
    tenantId: tenant,
    resource: { ...resource, id },
  };
}
