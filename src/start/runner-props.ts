import type { IWorkflowRunnerProps, RunnerWorkflow } from '@workflow-runner/runner';
import type { Logging } from '../logging/create-logging.js';
import type { Settings } from '../settings/settings.js';

/** What the runner is told of the settings. */
export function runnerPropsOf(
  { database, maxRetries }: Settings,
  workflows: readonly RunnerWorkflow[],
  logging: Logging,
): IWorkflowRunnerProps {
  return {
    workflows,
    persistence: { connectionString: database.connectionString },
    ...(maxRetries !== null && { components: { errorHandler: { maxRetries } } }),
    logger: logging.loggerOf('workflow:engine'),
    debug: logging.isDebugged('workflow:engine'),
  };
}
