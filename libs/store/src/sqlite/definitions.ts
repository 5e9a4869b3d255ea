import type { DefinitionRecord } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';

/** Definitions by hash, and the instances that wait for one to come back. */
export class Definitions {
  private readonly insert: Statement;
  private readonly select: Statement;
  private readonly newest: Statement;
  private readonly wake: Statement;

  constructor(driver: Driver) {
    // A replaced row gets a new rowid, so that the greatest one is the last to be remembered.
    this.insert = driver.prepare(
      'INSERT OR REPLACE INTO definitions (workflow_id, hash, shape) VALUES (?, ?, ?)',
    );
    this.newest = driver.prepare(
      `SELECT workflow_id AS workflowId, hash, shape FROM definitions
       WHERE rowid IN (SELECT max(rowid) FROM definitions GROUP BY workflow_id) ORDER BY rowid`,
    );
    this.select = driver.prepare(
      'SELECT workflow_id AS workflowId, hash, shape FROM definitions WHERE workflow_id = ? AND hash = ?',
    );
    this.wake = driver.prepare(
      `UPDATE instances SET wake_at = min(coalesce(wake_at, ?), ?)
       WHERE status IN ('pending', 'running', 'waiting') AND status_reason = 'definition-changed'
         AND workflow_id = ? AND definition_hash = ? AND owner_node IS NULL`,
    );
  }

  define(group: Group, definitions: readonly DefinitionRecord[]): void {
    for (const { workflowId, hash, shape } of definitions) {
      this.insert.run(workflowId, hash, shape);
      const { changes } = this.wake.run(group.now, group.now, workflowId, hash);
      if (Number(changes) > 0) group.due = true;
    }
  }

  find(workflowId: string, hash: string): DefinitionRecord | null {
    const row = this.select.get(workflowId, hash) as DefinitionRecord | undefined;
    return row ? { ...row } : null;
  }

  latest(): DefinitionRecord[] {
    return (this.newest.all() as DefinitionRecord[]).map((row) => ({ ...row }));
  }
}
