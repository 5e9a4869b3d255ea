import type { AttemptFacts, ControlFacts, JournalKind, JournalRow } from '@workflow-runner/contract';
import type { Publication, Telling } from '@workflow-runner/contract';
import { readJson } from './instance-rows.js';

const OWNER = 'i.id AS instance_id, i.tenant, i.workflow_id, i.correlation_id';
const FROM = 'FROM journal j CROSS JOIN instances i ON i.seq = j.instance';

/** What is read of a journal row: its own columns and who it belongs to. */
export const JOURNAL_ROWS = `SELECT j.*, ${OWNER} ${FROM}`;

/** The same without payloads, which may be large. */
export const JOURNAL_HEADLINES = `SELECT j.position, j.revision, j.kind, j.node, j.at, j.tell, '' AS change, j.control,
  j.pointer_id, j.step_id, j.step_name, j.attempt, j.attempt_status, j.queued_at, j.attempt_started_at,
  j.attempt_ended_at, NULL AS input, NULL AS outcome, j.error_category, j.error_code, j.error_message, ${OWNER} ${FROM}`;

/** A row of `JOURNAL_ROWS`. */
export interface StoredJournalRow {
  readonly position: number;
  readonly instance_id: string;
  readonly revision: number;
  readonly kind: JournalKind;
  readonly tenant: string;
  readonly workflow_id: string;
  readonly correlation_id: string | null;
  readonly node: string | null;
  readonly at: number;
  readonly tell: string | null;
  readonly change: string;
  readonly control: string | null;
  readonly pointer_id: string | null;
  readonly step_id: number;
  readonly step_name: string;
  readonly attempt: number;
  readonly attempt_status: AttemptFacts['status'];
  readonly queued_at: number;
  readonly attempt_started_at: number;
  readonly attempt_ended_at: number;
  readonly input: string | null;
  readonly outcome: string | null;
  readonly error_category: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

export function toJournalRow(row: StoredJournalRow): JournalRow {
  return {
    instanceId: row.instance_id,
    revision: row.revision,
    tenantId: row.tenant === '' ? null : row.tenant,
    workflowId: row.workflow_id,
    node: row.node,
    at: row.at,
    kind: row.kind,
    attempt: row.pointer_id === null ? null : toAttempt(row, row.pointer_id),
    control: readJson<ControlFacts>(row.control),
    change: row.change,
    tell: row.tell === null ? [] : (row.tell.split(' ') as Telling[]),
  };
}

export function toPublication(row: StoredJournalRow): Publication {
  return { ...toJournalRow(row), position: row.position, correlationId: row.correlation_id };
}

function toAttempt(row: StoredJournalRow, pointerId: string): AttemptFacts {
  return {
    pointerId,
    stepId: row.step_id,
    stepName: row.step_name,
    attempt: row.attempt,
    status: row.attempt_status,
    queuedAt: row.queued_at,
    startedAt: row.attempt_started_at,
    endedAt: row.attempt_ended_at,
    input: row.input,
    outcome: row.outcome,
    errorCategory: row.error_category,
    errorCode: row.error_code,
    errorMessage: row.error_message,
  };
}
