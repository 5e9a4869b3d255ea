import type { InstanceInfo, InstanceSummary } from '@workflow-runner/runner';
import { toJson } from './to-json.js';

/** An instance as lists answer it: without its data. */
export function summaryView(instance: InstanceSummary) {
  const { id, workflowId, version, status, tags, tenantId, correlationId, priority, revision, error } =
    instance;
  const { createdAt, startedAt, completedAt } = instance;
  const facts = { id, workflowId, version, status, tags, tenantId, correlationId, priority };
  return { ...facts, createdAt, startedAt, completedAt, ...(error && { error }), revision };
}

export function instanceView(instance: InstanceInfo) {
  return { ...summaryView(instance), data: toJson(instance.data) };
}
