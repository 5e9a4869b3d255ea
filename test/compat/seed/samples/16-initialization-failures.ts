import { workflowRunner } from '@workflow-runner/runner';
import { logger } from '../declarations.js';

// @ts-expect-error the document compares a boolean with a number, which strict compilers refuse
// Check database connectivity
if (!workflowRunner.connection?.readyState === 1) {
  logger.error('Database connection failed');
}

// Verify workflow registration
const registeredWorkflows = workflowRunner.getRegisteredWorkflows();
logger.info('Registered workflows:', registeredWorkflows.map(w => w.name));
