import type { JournalEntry } from '@workflow-runner/contract';
import { withoutNul } from '../shared/text.js';
import type { Driver, SqlValue, Statement } from './driver.js';
import type { Group } from './group.js';
import { writeJson } from './instance-rows.js';

const NO_ATTEMPT: SqlValue[] = Array.from({ length: 13 }, () => null);

/** Appends to the journal: the one row that a plain commit costs. */
export class JournalWriter {
  private readonly insert: Statement;
  private readonly dropControl: Statement;

  constructor(driver: Driver) {
    this.insert = driver.prepare(
      `INSERT INTO journal (
         position, instance, revision, kind, node, at, tell, change, control,
         pointer_id, step_id, step_name, attempt, attempt_status, queued_at, attempt_started_at, attempt_ended_at,
         input, outcome, error_category, error_code, error_message
       ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.dropControl = driver.prepare(
      'UPDATE journal SET control = NULL WHERE instance = ? AND revision = ?',
    );
  }

  /** @param seq of the instance's row */
  append(group: Group, seq: number, revision: number, entry: JournalEntry, node: string | null): void {
    const { attempt, tell, kind, change } = entry;
    const control = writeJson(entry.control);
    const told = tell.length === 0 ? null : tell.join(' ');
    const position = group.nextPosition();
    if (attempt === null) {
      this.insert.run(
        ...[position, seq, revision, kind, node, group.now, told, change, control],
        ...NO_ATTEMPT,
      );
      return;
    }
    this.insert.run(
      position,
      seq,
      revision,
      kind,
      node,
      group.now,
      told,
      change,
      control,
      attempt.pointerId,
      attempt.stepId,
      attempt.stepName,
      attempt.attempt,
      attempt.status,
      attempt.queuedAt,
      attempt.startedAt,
      attempt.endedAt,
      attempt.input,
      attempt.outcome,
      attempt.errorCategory,
      attempt.errorCode,
      attempt.errorMessage === null ? null : withoutNul(attempt.errorMessage),
    );
  }

  /** The wish that a row was to grant stands still. */
  forgetControl(seq: number, revision: number): void {
    this.dropControl.run(seq, revision);
  }
}
