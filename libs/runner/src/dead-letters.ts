import {
  ERROR_CATEGORIES,
  type FailureCategory,
  type InstanceFilter,
  type Page,
} from '@workflow-runner/contract';
import { checkPage, checkWorkflow, given, LONGEST_REASON, LONGEST_TEXT } from './check-requests.js';
import { toDeadLetter, type DeadLetter } from './dead-letter-info.js';
import { RequestChecks } from './request-checks.js';
import type { PageQuery, TenantScope } from './request-options.js';
import type { RunningNode } from './running-node.js';

/** Which failed instances are meant; everything given must hold. Moments are Dates or epoch ms, bounds are included. */
export interface DeadLetterQuery extends TenantScope {
  /** Full id, `nameSpace.name`, bare name, each with or without `@version`. */
  readonly workflow?: string;
  readonly category?: FailureCategory;
  /** Code of the error, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Part of id, workflow id or correlation id. */
  readonly search?: string;
  readonly failedFrom?: Date | number;
  readonly failedTo?: Date | number;
}

export async function listDeadLetters(
  { operations }: RunningNode,
  query: DeadLetterQuery,
  page: PageQuery,
): Promise<Page<DeadLetter>> {
  const { items, nextCursor } = await operations.list(checkDeadLetters(query), checkPage(page));
  return { items: items.map(toDeadLetter), nextCursor };
}

/** @throws {InvalidRequestError} */
export function checkDeadLetters(query: DeadLetterQuery): InstanceFilter {
  const checks = new RequestChecks('The dead letters cannot be listed');
  const filter: InstanceFilter = {
    tenantId: query.tenantId ?? null,
    status: ['failed'],
    ...checkWorkflow(checks, query.workflow),
    ...given('failureCategory', checks.choice('category', query.category, ERROR_CATEGORIES)),
    // What a failed instance gives as the reason of its status is the code of its error.
    ...given('statusReason', checks.optional('code', query.code, LONGEST_REASON)),
    ...given('search', checks.optional('search', query.search, LONGEST_TEXT)),
    ...given('endedFrom', checks.moment('failedFrom', query.failedFrom)),
    ...given('endedTo', checks.moment('failedTo', query.failedTo)),
  };
  checks.finish();
  return filter;
}
