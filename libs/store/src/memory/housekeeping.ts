import { isEnded, type DefinitionRecord, type RetentionRules } from '@workflow-runner/contract';
import { isWakeable } from '../shared/standing.js';
import type { MemoryState } from './state.js';

export function define(state: MemoryState, definition: DefinitionRecord, now: number): void {
  const { workflowId, hash } = definition;
  const key = JSON.stringify([workflowId, hash]);
  // The last to be remembered is the last of the map.
  state.definitions.delete(key);
  state.definitions.set(key, definition);
  for (const instance of state.instances.values()) {
    const { record } = instance;
    const waits =
      record.owner === null && record.statusReason === 'definition-changed' && isWakeable(record.status);
    if (waits && record.workflowId === workflowId && record.definitionHash === hash) {
      state.change(instance, { wakeAt: Math.min(record.wakeAt ?? now, now) });
    }
  }
}

export function purge(state: MemoryState, rules: RetentionRules, limit: number, now: number): number {
  let left = limit;
  for (const instance of state.instances.values()) {
    if (left <= 0) break;
    const { status, endedAt } = instance.record;
    if (!isEnded(status) || endedAt === null || endedAt > now - rules.instances[status]) continue;
    const journal = instance.journal.splice(0, left);
    left -= journal.length;
    if (left <= 0) break;
    state.remove(instance);
    left -= 1;
  }
  const drop = <T>(rows: Map<string, T>, isOld: (row: T) => boolean): void => {
    for (const [key, row] of rows) {
      if (left <= 0) return;
      if (!isOld(row)) continue;
      rows.delete(key);
      left -= 1;
    }
  };
  drop(state.events, ({ event, delivered }) => delivered && event.time <= now - rules.events);
  drop(state.keys, ({ createdAt }) => createdAt <= now - rules.idempotencyKeys);
  drop(state.minutes, ({ minute }) => minute <= now - rules.statistics);
  const isAlive = (nodeId: string): boolean => state.nodes.get(nodeId)?.record.state === 'alive';
  left -= state.audit.purge(now - rules.audit, left, isAlive);
  return limit - left;
}
