import { PRIORITIES, PRIORITY_BONUS_MS } from '@workflow-runner/contract';
import { NEED_NO_SLOT_SQL } from '../shared/slots.js';

export const UNOWNED = `owner_node IS NULL AND status NOT IN ('completed', 'cancelled')`;

/** What has a mark that anybody can honour, and what is open and of a workflow the node can run. */
export const MARKED_OR_MINE = `(control IS NOT NULL AND json_extract(control, '$.action') <> 'accept') OR
  (status <> 'failed' AND (:workflows IS NULL OR workflow_id IN (SELECT value FROM json_each(:workflows))))`;

/** What a node may take: also what is overdue. */
export const CLAIMABLE = `${UNOWNED} AND (${MARKED_OR_MINE} OR (status <> 'failed' AND overdue_at <= :now))`;

/** What sleeps until a moment between `:now` and `:until`, and waits for nothing else. */
export const SLEEPS_UNTIL = `owner_node IS NULL AND wake_at > :now AND wake_at <= :until AND status = 'waiting'
  AND status_reason IS NULL AND workflow_id IN (SELECT value FROM json_each(:workflows))`;

/** `dueWithoutOwner` of the shared rules as a query. */
export const DUE_WITHOUT_OWNER = `CASE WHEN status = 'waiting' AND control IS NULL
  AND NOT EXISTS (SELECT 1 FROM inbox m WHERE m.instance_id = instances.id) THEN coalesce(wake_at, :now) ELSE :now END`;

/** `needsSlot` of the shared rules as a query. */
export const NEEDS_SLOT = `(ending = 0 AND coalesce(json_extract(control, '$.action'), '') NOT IN (${NEED_NO_SLOT_SQL})
  AND (status = 'failed' OR overdue_at IS NULL OR overdue_at > :now))`;

/** One part for each priority, so that an index on (…, priority, moment) gives each in the order of rank. */
export function perPriority(part: (priority: string, bonus: number) => string): string {
  return PRIORITIES.map((priority) => `SELECT * FROM (${part(priority, PRIORITY_BONUS_MS[priority])})`).join(
    ' UNION ALL ',
  );
}

/** The rank of any row; without an order by an index. */
export function rankOfRow(moment: string): string {
  const bonuses = PRIORITIES.map((priority) => `WHEN '${priority}' THEN ${PRIORITY_BONUS_MS[priority]}`);
  return `${moment} - CASE priority ${bonuses.join(' ')} END`;
}
