import type { ErrorCode } from '@workflow-runner/contract';

/** The one place where errors become HTTP: a new code does not compile until it is mapped. */
export const HTTP_STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INVALID_REQUEST: 400,
  NOT_FOUND: 404,
  INSTANCE_NOT_FOUND: 404,
  WORKFLOW_NOT_FOUND: 404,
  WORKFLOW_AMBIGUOUS: 409,
  WORKFLOW_CONFLICT: 409,
  INVALID_WORKFLOW: 422,
  INVALID_TRANSITION: 409,
  SIGNAL_LIMIT_REACHED: 409,
  STREAM_LIMIT_REACHED: 503,
  INVALID_OPTIONS: 400,
  IDEMPOTENCY_CONFLICT: 409,
  REVISION_CONFLICT: 409,
  NODE_FENCED: 503,
  NOT_INITIALIZED: 503,
  STOPPING: 503,
  STORE_UNAVAILABLE: 503,
  STORE_LOCKED: 503,
  STORE_FULL: 503,
  STORE_READ_ONLY: 503,
  STORE_CORRUPT: 503,
  STORE_TOO_NEW: 503,
  DATA_NOT_SERIALIZABLE: 400,
  DATA_TOO_LARGE: 413,
  PAYLOAD_NOT_ENCODED: 503,
  PAYLOAD_UNREADABLE: 503,
  STEP_TIMED_OUT: 500,
  STEP_ABORTED: 500,
  STEP_CRASHED: 500,
  WAIT_TIMED_OUT: 504,
  PAYLOAD_TOO_LARGE: 413,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;

/** The code for an answer the HTTP framework gives by itself (no such route, broken JSON, too large a body). */
export function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'UNAUTHENTICATED';
    case 403:
      return 'FORBIDDEN';
    case 404:
    case 405:
      return 'NOT_FOUND';
    case 413:
      return 'PAYLOAD_TOO_LARGE';
    default:
      return status >= 500 ? 'INTERNAL' : 'INVALID_REQUEST';
  }
}
