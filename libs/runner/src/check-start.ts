import { PRIORITIES } from '@workflow-runner/contract';
import type { StartCommand } from '@workflow-runner/engine';
import { RequestChecks } from './request-checks.js';
import type { StartRequest } from './start-options.js';

const LONGEST_TEXT = 255;
/** Two parts of 100 bytes and a version. */
const LONGEST_WORKFLOW_ID = 400;
const MOST_TAGS = 50;
const LONGEST_TAG_KEY = 100;

/**
 * Checks the shape of a start and brings it into the engine's form.
 * @param prefix written before the paths of violations
 * @throws {InvalidRequestError}
 */
export function checkStart(request: StartRequest, prefix = ''): StartCommand {
  const checks = new RequestChecks('The start cannot be accepted', prefix);
  const { caller: asker } = request;
  const command: StartCommand = {
    workflowId: checks.required('workflowId', request.workflowId, LONGEST_WORKFLOW_ID),
    version: checkVersion(checks, request.version),
    data: request.data,
    idempotencyKey: checks.optional('idempotencyKey', request.idempotencyKey, LONGEST_TEXT),
    priority: checks.choice('priority', request.priority, PRIORITIES) ?? 'normal',
    correlationId: checks.optional(
      'correlationId',
      request.correlationId ?? asker?.correlationId,
      LONGEST_TEXT,
    ),
    tenantId: checks.optional('tenantId', request.tenantId ?? asker?.tenantId, LONGEST_TEXT),
    tags: checkTags(checks, request.tags),
    delayUntil: checks.moment('delayUntil', request.delayUntil),
    deadline: checks.moment('deadline', request.deadline),
    caller: checks.caller('caller', asker),
  };
  checks.finish();
  return command;
}

function checkVersion(checks: RequestChecks, version: unknown): string | number | null {
  if (version === undefined || version === null) return null;
  if (typeof version === 'number') return version;
  return checks.required('version', version, LONGEST_TEXT);
}

function checkTags(checks: RequestChecks, tags: unknown): Readonly<Record<string, string>> {
  if (tags === undefined) return {};
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
    checks.add('tags', 'must be an object');
    return {};
  }
  const entries = Object.entries(tags as Record<string, unknown>);
  if (entries.length > MOST_TAGS) checks.add('tags', `must be at most ${MOST_TAGS}`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > LONGEST_TAG_KEY) {
      checks.add('tags', `has a key that is not of 1 to ${LONGEST_TAG_KEY} characters`);
    }
    if (typeof value !== 'string' || value.length > LONGEST_TEXT) {
      checks.add(`tags.${key}`, `must be a text of at most ${LONGEST_TEXT} characters`);
    }
  }
  return { ...(tags as Record<string, string>) };
}
