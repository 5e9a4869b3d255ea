import {
  ALLOWED_FROM,
  InstanceNotFoundError,
  InvalidRequestError,
  InvalidTransitionError,
  WorkflowError,
  type ErrorCode,
  type InstancePage,
  type InstanceRecord,
} from '@workflow-runner/contract';
import type { ControlCommand } from '@workflow-runner/engine';
import { checkControl, checkQuery } from './check-requests.js';
import type { ControlOptions, InstanceQuery } from './request-options.js';
import type { RunningNode } from './running-node.js';

/** What can be done to many instances at once. */
export const BULK_ACTIONS = ['pause', 'resume', 'cancel', 'terminate', 'retry'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Most instances that one call goes through. */
export const MOST_IN_BULK = 10_000;

export interface BulkOptions extends Omit<ControlOptions, 'tenantId'> {
  /** Only counts. @default false */
  readonly dryRun?: boolean;
  /** Most instances to go through, 1 to 10,000. @default 10_000 */
  readonly limit?: number;
  /** Goes on where an earlier call stopped: its `nextCursor`. */
  readonly cursor?: string;
}

/** What became of each instance that was found: `matched` is the sum of the others, of a dry run's `refused` too. */
export interface BulkResult {
  readonly matched: number;
  /** Whose wish is durable; 0 in a dry run. */
  readonly done: number;
  /** Whose status does not admit it, or that are gone. In a dry run: whose status now would not admit it. */
  readonly refused: number;
  readonly failed: number;
  /** The first 100 that failed. */
  readonly errors: readonly { readonly instanceId: string; readonly code: ErrorCode }[];
  /** Null: all were gone through. Else the limit was reached, or something failed: there may be more. */
  readonly nextCursor: string | null;
}

const PAGE = 500;
/** Wishes on their way at once. */
const AT_ONCE = 100;
const MOST_ERRORS = 100;

type Verdict = 'done' | 'refused' | 'admitted' | ErrorCode;

/**
 * Goes through the instances that match, newest first, so that what is started meanwhile is left alone. It stops
 * behind a page in which something failed.
 * @param node asked anew for each page, so that a stop is noticed
 * @throws {InvalidRequestError} and whatever the first look at the store throws
 */
export async function bulk(
  node: () => RunningNode,
  action: BulkAction,
  query: InstanceQuery,
  options: BulkOptions,
): Promise<BulkResult> {
  const filter = checkQuery(query);
  const { dryRun = false, limit = MOST_IN_BULK, ...asked } = options;
  checkBulk(action, limit);
  const command = checkControl(action, { ...asked, tenantId: filter.tenantId });
  const tally = new Tally();
  let { cursor } = options;
  for (;;) {
    const page = await nextPage(node, filter, Math.min(PAGE, limit - tally.matched), cursor, tally);
    if (!page) return tally.result(cursor ?? null);
    await eachOf(page.items, async (record) => {
      tally.note(record.id, dryRun ? foresee(record, action) : await carryOut(node, record.id, command));
    });
    const { nextCursor } = page;
    if (nextCursor === null || tally.matched >= limit || tally.failed > 0) return tally.result(nextCursor);
    cursor = nextCursor;
  }
}

function checkBulk(action: BulkAction, limit: number): void {
  const violations = [];
  if (!BULK_ACTIONS.includes(action)) {
    violations.push({ path: 'action', message: `must be one of ${BULK_ACTIONS.join(', ')}` });
  }
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_IN_BULK) {
    violations.push({ path: 'limit', message: `must be a whole number from 1 to ${MOST_IN_BULK}` });
  }
  const [first] = violations;
  if (first) throw new InvalidRequestError(`${first.path} ${first.message}`, violations);
}

/** @returns null when it cannot be read and something was done already, which the caller must learn of */
async function nextPage(
  node: () => RunningNode,
  filter: ReturnType<typeof checkQuery>,
  limit: number,
  cursor: string | undefined,
  { matched }: Tally,
): Promise<InstancePage | null> {
  try {
    return await node().operations.list(filter, {
      limit,
      order: 'newest',
      ...(cursor !== undefined && { cursor }),
    });
  } catch (error) {
    if (matched === 0) throw error;
    return null;
  }
}

function foresee({ status }: InstanceRecord, action: BulkAction): Verdict {
  return ALLOWED_FROM[action].includes(status) ? 'admitted' : 'refused';
}

async function carryOut(
  node: () => RunningNode,
  instanceId: string,
  command: ControlCommand,
): Promise<Verdict> {
  try {
    await node().operations.control(instanceId, command);
    return 'done';
  } catch (error) {
    if (error instanceof InvalidTransitionError || error instanceof InstanceNotFoundError) return 'refused';
    if (error instanceof WorkflowError) return error.code;
    throw error;
  }
}

/** Some at a time, in order. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

class Tally {
  matched = 0;
  failed = 0;
  private done = 0;
  private refused = 0;
  private readonly errors: { instanceId: string; code: ErrorCode }[] = [];

  note(instanceId: string, verdict: Verdict): void {
    this.matched += 1;
    if (verdict === 'admitted') return;
    if (verdict === 'done') this.done += 1;
    else if (verdict === 'refused') this.refused += 1;
    else {
      this.failed += 1;
      if (this.errors.length < MOST_ERRORS) this.errors.push({ instanceId, code: verdict });
    }
  }

  result(nextCursor: string | null): BulkResult {
    const { matched, done, refused, failed, errors } = this;
    return { matched, done, refused, failed, errors, nextCursor };
  }
}
