import type { AuditFacts } from '@workflow-runner/contract';
import { auditLine } from '@workflow-runner/contract/audit';
import { asStored } from '../shared/audit-rows.js';
import type { Driver, Statement } from './driver.js';

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
