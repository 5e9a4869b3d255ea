import type { Logger } from '@workflow-runner/contract';
import type { Problem } from './problem.js';

/** What went wrong here is an error with its stack; what a client did wrong is a line for who looks for it. */
export function logProblem(logger: Logger, problem: Problem, error: unknown): void {
  const { code, status, instance: path, correlationId } = problem;
  const fields = { code, status, path, correlationId };
  if (code !== 'INTERNAL') logger.debug('request.refused', { ...fields, detail: problem.detail });
  else
    logger.error('request.failed', {
      ...fields,
      error: error instanceof Error ? error.stack : String(error),
    });
}
