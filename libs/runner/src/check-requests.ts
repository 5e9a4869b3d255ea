import {
  INSTANCE_STATUSES,
  type ControlAction,
  type InstanceFilter,
  type PageRequest,
} from '@workflow-runner/contract';
import {
  parseReference,
  tryNormaliseVersion,
  type ControlCommand,
  type EventCommand,
  type SignalScope,
} from '@workflow-runner/engine';
import { RequestChecks } from './request-checks.js';
import type {
  ControlOptions,
  EventOptions,
  InstanceQuery,
  PageQuery,
  SignalOptions,
  WaitOptions,
} from './request-options.js';

export const LONGEST_TEXT = 255;
export const LONGEST_REASON = 1_000;
const LONGEST_EVENT_KEY = 1_000;
export const LONGEST_WORKFLOW_ID = 400;
const DEFAULT_LIMIT = 50;
/** Longest a timer of Node can be, in ms; longer ones are set again, so this only refuses nonsense. */
const LONGEST_WAIT_MS = 2 ** 53;

/** @throws {InvalidRequestError} */
export function checkControl(action: ControlAction, options: ControlOptions): ControlCommand {
  const checks = new RequestChecks(`${action} cannot be accepted`);
  const command = {
    action,
    reason:
      action === 'discard'
        ? checks.required('reason', options.reason, LONGEST_REASON)
        : checks.optional('reason', options.reason, LONGEST_REASON),
    caller: checks.caller('caller', options.caller),
    tenantId: options.tenantId ?? null,
  };
  checks.finish();
  return command;
}

/** @throws {InvalidRequestError} */
export function checkEvent(name: string, key: string, data: unknown, options: EventOptions): EventCommand {
  const checks = new RequestChecks('The event cannot be accepted');
  if (typeof key !== 'string' || key.length > LONGEST_EVENT_KEY) {
    checks.add('eventKey', `must be a text of at most ${LONGEST_EVENT_KEY} characters`);
  }
  const command: EventCommand = {
    name: checks.required('eventName', name, LONGEST_TEXT),
    key,
    data,
    time: checks.moment('eventTime', options.time),
    id: checks.optional('id', options.id, LONGEST_TEXT),
    tenantId: checks.optional('tenantId', options.tenantId, LONGEST_TEXT),
    correlationId: checks.optional('correlationId', options.correlationId, LONGEST_TEXT),
    caller: checks.caller('caller', options.caller),
  };
  checks.finish();
  return command;
}

/** @throws {InvalidRequestError} */
export function checkSignal(
  stepName: string | undefined,
  { tenantId = null, caller }: SignalOptions,
): { readonly stepName: string; readonly scope: SignalScope } {
  const checks = new RequestChecks('The signal cannot be accepted');
  const name = checks.optional('stepId', stepName, LONGEST_TEXT);
  const scope = { tenantId, caller: checks.caller('caller', caller) };
  checks.finish();
  return { stepName: name ?? '', scope };
}

/** @returns null: without limit @throws {InvalidRequestError} */
export function checkTimeout({ timeoutMs }: WaitOptions): number | null {
  if (timeoutMs === undefined) return null;
  const checks = new RequestChecks('The wait cannot be accepted');
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0 && timeoutMs <= LONGEST_WAIT_MS)) {
    checks.add('timeoutMs', 'must be a length in ms');
  }
  checks.finish();
  return timeoutMs;
}

/** @throws {InvalidRequestError} */
export function checkQuery(query: InstanceQuery): InstanceFilter {
  const checks = new RequestChecks('The instances cannot be listed');
  const filter: InstanceFilter = {
    tenantId: query.tenantId ?? null,
    ...checkWorkflow(checks, query.workflow),
    ...given('status', checkStatuses(checks, query.status)),
    ...given('statusReason', checks.optional('statusReason', query.statusReason, LONGEST_REASON)),
    ...given('correlationId', checks.optional('correlationId', query.correlationId, LONGEST_TEXT)),
    ...given('tag', checkTag(checks, query.tag)),
    ...given('createdFrom', checks.moment('createdFrom', query.createdFrom)),
    ...given('createdTo', checks.moment('createdTo', query.createdTo)),
    ...given('endedFrom', checks.moment('completedFrom', query.completedFrom)),
    ...given('endedTo', checks.moment('completedTo', query.completedTo)),
    ...given('search', checks.optional('search', query.search, LONGEST_WORKFLOW_ID)),
  };
  checks.finish();
  return filter;
}

/** The store checks limit and cursor. */
export function checkPage(page: PageQuery): PageRequest {
  return { ...page, limit: page.limit ?? DEFAULT_LIMIT };
}

/** The parts of a workflow's id that are given. */
export function checkWorkflow(checks: RequestChecks, workflow: unknown): InstanceFilter {
  const text = checks.optional('workflow', workflow, LONGEST_WORKFLOW_ID);
  if (text === null || text === '') return {};
  const { nameSpace, name, version } = parseReference(text);
  const normalised = version === null ? null : tryNormaliseVersion(version);
  if (version !== null && normalised === null)
    checks.add('workflow', `has no version such as 1.0.0 after its @`);
  return { name, ...given('nameSpace', nameSpace), ...given('version', normalised) };
}

function checkStatuses(checks: RequestChecks, status: InstanceQuery['status']) {
  if (status === undefined) return null;
  const statuses = typeof status === 'string' ? [status] : status;
  for (const one of statuses) checks.choice('status', one, INSTANCE_STATUSES);
  return statuses;
}

function checkTag(checks: RequestChecks, tag: InstanceQuery['tag']) {
  if (tag === undefined) return null;
  return {
    key: checks.required('tag.key', tag.key, LONGEST_TEXT),
    value: typeof tag.value === 'string' ? tag.value : checks.required('tag.value', tag.value, LONGEST_TEXT),
  };
}

/** A field of its own, none where there is no value. */
export function given<K extends string, T>(name: K, value: T | null | undefined): { [P in K]?: T } {
  return value == null ? {} : ({ [name]: value } as { [P in K]?: T });
}
