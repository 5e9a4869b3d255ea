import { TELLINGS } from '@workflow-runner/contract';
import { LONGEST_TEXT, LONGEST_WORKFLOW_ID } from '../check-requests.js';
import { RequestChecks } from '../request-checks.js';
import type { FeedOptions } from './feed-query.js';

/** @throws {InvalidRequestError} */
export function checkFeed(options: FeedOptions): FeedOptions {
  const { after, events, workflow, instanceId } = options;
  const checks = new RequestChecks('The feed cannot be opened');
  checks.optional('workflow', workflow, LONGEST_WORKFLOW_ID);
  checks.optional('instanceId', instanceId, LONGEST_TEXT);
  if (after !== undefined && !(Number.isSafeInteger(after) && after >= 0)) {
    checks.add('after', 'must be a position, a whole number of at least 0');
  }
  for (const event of events ?? []) checks.choice('events', event, TELLINGS);
  checks.finish();
  return options;
}
