import { workflowRunner } from '@workflow-runner/runner';
import { logger } from '../declarations.js';

// Check component health
const stats = await workflowRunner.getStats();
logger.info('Performance stats:', {
  averageExecutionTime: stats.averageExecutionTime,
  errorRate: stats.errorRate,
  activeInstances: stats.activeInstances
});
