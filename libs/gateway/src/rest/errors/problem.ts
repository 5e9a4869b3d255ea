import { STATUS_CODES } from 'node:http';
import { WorkflowError, type ErrorCode } from '@workflow-runner/contract';
import { codeOfStatus, HTTP_STATUS } from './http-status.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One wrong field of a request; `path` as in `items[0].workflowId`. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** The body of every answer that is an error (RFC 9457), with the code of docs/errors.md. */
export interface Problem {
  /** Names the kind of problem; not an address to open. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What an operator can act on. */
  readonly detail: string;
  /** Path of the request. */
  readonly instance: string;
  readonly code: ErrorCode;
  readonly errors: readonly Violation[];
  readonly correlationId: string;
  readonly success: false;
  /** The same as `detail`. */
  readonly error: string;
}

/** The request a problem belongs to. */
export interface ProblemContext {
  readonly path: string;
  readonly correlationId: string;
}

/**
 * Turns whatever was thrown into a problem. What nobody threw on purpose becomes INTERNAL, and of it nothing is told
 * but the correlation id under which it was logged.
 */
export function problemOf(error: unknown, { path, correlationId }: ProblemContext): Problem {
  const { code, status, detail, errors = [] } = describe(error, { path, correlationId });
  return {
    type: `urn:workflow-runner:error:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: path,
    code,
    errors,
    correlationId,
    success: false,
    error: detail,
  };
}

interface Description {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Violation[];
}

function describe(error: unknown, { path, correlationId }: ProblemContext): Description {
  if (error instanceof WorkflowError) {
    const { code, message, violations } = error as WorkflowError & { violations?: readonly Violation[] };
    return { code, status: HTTP_STATUS[code], detail: message, errors: violations };
  }
  const status = frameworkStatusOf(error);
  if (status !== null) {
    // Nest repeats the whole address, with its query.
    const detail = status === 404 ? `There is nothing at ${path}` : (error as Error).message;
    return { code: codeOfStatus(status), status, detail };
  }
  const detail = `Something went wrong here; the log knows more under ${correlationId}`;
  return { code: 'INTERNAL', status: 500, detail };
}

/** Status of an HttpException of Nest or of an error of the adapter, when it blames the request (4xx) or is a 503. */
function frameworkStatusOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { status, statusCode } = error as Error & { status?: unknown; statusCode?: unknown };
  const ofError = status ?? statusCode;
  const isTold = typeof ofError === 'number' && ((ofError >= 400 && ofError < 500) || ofError === 503);
  return isTold ? ofError : null;
}
