import { STATUS_CODES } from 'node:http';
import { WorkflowError, type ErrorCode } from '@workflow-runner/contract';
import { Always, ListOf, Shape, Text, Whole } from '../openapi/fields.js';
import { Code } from '../views/words.js';
import { codeOfStatus, HTTP_STATUS } from './http-status.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

@Shape('WorkflowViolation', 'One wrong field of a request.')
export class Violation {
  @Text({ example: 'items[0].workflowId' }) readonly path!: string;
  @Text({ example: 'workflowId must be a string' }) readonly message!: string;
}

/** The body of every answer that is an error (RFC 9457), with the code of docs/errors.md. */
@Shape('WorkflowProblem', 'The body of every answer that is an error (RFC 9457).')
export class Problem {
  @Text({
    description: 'Names the kind of problem; not an address to open.',
    example: 'urn:workflow-runner:error:INSTANCE_NOT_FOUND',
  })
  readonly type!: string;
  @Text({ example: 'Not Found' }) readonly title!: string;
  @Whole({ example: 404 }) readonly status!: number;
  @Text({ description: 'What an operator can act on.', example: 'There is no instance 4711' })
  readonly detail!: string;
  @Text({ description: 'Path of the request.', example: '/workflow/instances/4711' })
  readonly instance!: string;
  @Code() readonly code!: ErrorCode;
  @ListOf(() => Violation) readonly errors!: readonly Violation[];
  @Text({ description: 'Under which the log knows more.' }) readonly correlationId!: string;
  @Always(false) readonly success!: false;
  @Text({ description: 'The same as `detail`.' }) readonly error!: string;
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
