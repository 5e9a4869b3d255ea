import type { Publication } from '@workflow-runner/contract';
import { toAttemptInfo, type AttemptInfo } from '../attempt-info.js';
import type { RunnerTelling } from '../listeners.js';
import { matchesWorkflow } from '../workflow-pattern.js';
import type { FeedQuery } from './feed-query.js';

/** One event of a feed, without payloads. */
export interface FeedTelling extends Omit<RunnerTelling, 'attempt'> {
  /** The attempt that ended with it; null when it ended none. */
  readonly attempt: Omit<AttemptInfo, 'input' | 'outcome' | 'unreadable'> | null;
}

/** What one commit has to tell. */
export interface FeedEntry {
  /** Its place in the order of the commits; a feed with this `after` goes on behind it. */
  readonly position: number;
  /** At least one. */
  readonly tellings: readonly FeedTelling[];
}

/** @returns null where nothing of it was asked for */
export function toFeedEntry(publication: Publication, query: FeedQuery): FeedEntry | null {
  const { position, instanceId, workflowId, tenantId, correlationId, revision, tell } = publication;
  if (query.tenantId != null && query.tenantId !== tenantId) return null;
  if (query.instanceId !== undefined && query.instanceId !== instanceId) return null;
  if (query.workflow !== undefined && !matchesWorkflow(query.workflow, workflowId)) return null;
  const events = query.events ? tell.filter((event) => query.events!.includes(event)) : tell;
  if (events.length === 0) return null;
  const facts = { instanceId, workflowId, tenantId, correlationId, revision, at: new Date(publication.at) };
  const attempt = attemptOf(publication);
  return { position, tellings: events.map((event) => ({ event, ...facts, attempt })) };
}

function attemptOf(publication: Publication): FeedTelling['attempt'] {
  const info = toAttemptInfo(publication);
  if (!info) return null;
  const { input: _input, outcome: _outcome, unreadable: _unreadable, ...attempt } = info;
  return attempt;
}
