import { workflowRunner } from '@workflow-runner/runner';
import { logger, THRESHOLD } from '../declarations.js';

// Monitor workflow instances
const activeInstances = await workflowRunner.getActiveInstances();
if (activeInstances.length > THRESHOLD) {
  logger.warn('High number of active instances:', activeInstances.length);
}
