import {
  StoreFullError,
  StoreReadOnlyError,
  StoreUnavailableError,
  WorkflowError,
} from '@workflow-runner/contract';

/** Codes of servers, https://www.mongodb.com/docs/manual/reference/error-codes/ */
const DUPLICATE_KEY = 11_000;
const OUT_OF_ROOM = [12_501, 14_031];
const NOT_ALLOWED = [13, 18];
/** The node is no primary, or is going down, or a majority did not have it in time. */
const AWAY = [
  6, 7, 50, 64, 89, 91, 100, 189, 202, 262, 9_001, 10_058, 10_107, 11_600, 11_602, 13_388, 13_435, 13_436,
];

/** By name, since a host's connection may come from another copy of the driver. */
const AWAY_NAMES = [
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoStalePrimaryError',
];

export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === DUPLICATE_KEY;
}

/** Of a bulk of inserts: the indexes of those whose unique keys are taken; null: something else went wrong. */
export function duplicatesOf(error: unknown): ReadonlySet<number> | null {
  const { writeErrors, result } = (error ?? {}) as {
    writeErrors?: unknown;
    result?: { getWriteConcernError?: () => unknown };
  };
  if (!Array.isArray(writeErrors) || result?.getWriteConcernError?.()) return null;
  const each = writeErrors as { index: number; code?: unknown }[];
  return each.length > 0 && each.every(isDuplicate) ? new Set(each.map(({ index }) => index)) : null;
}

/** What is wrong with the store itself, by its name; null when the error is about the call. */
export function storeErrorOf(error: unknown): WorkflowError | null {
  if (error instanceof WorkflowError) return error;
  if (!(error instanceof Error)) return null;
  // A bulk wraps what went wrong with the call.
  const { errorResponse } = error as { errorResponse?: unknown };
  if (errorResponse instanceof Error) return storeErrorOf(errorResponse);
  const options = { cause: error };
  const code = codeOf(error);
  if (OUT_OF_ROOM.includes(code)) return new StoreFullError(`MongoDB has no room: ${error.message}`, options);
  if (NOT_ALLOWED.includes(code))
    return new StoreReadOnlyError(`MongoDB does not let this user do it: ${error.message}`, options);
  if (AWAY.includes(code) || AWAY_NAMES.includes(error.name) || hasLabel(error, 'RetryableWriteError'))
    return new StoreUnavailableError(`MongoDB does not answer: ${error.message}`, options);
  return null;
}

function codeOf(error: unknown): number {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'number' ? code : -1;
}

function hasLabel(error: Error, label: string): boolean {
  const { errorLabels } = error as { errorLabels?: unknown };
  return Array.isArray(errorLabels) && errorLabels.includes(label);
}
