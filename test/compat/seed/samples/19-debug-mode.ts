import { WorkflowRunner } from '@workflow-runner/runner';
import { DefaultWorkflows } from '../declarations.js';

// Enable debug logging
process.env.NODE_ENV = 'development';
process.env.DEBUG = 'workflow:*';

// Initialize with debug options
const workflowRunner = new WorkflowRunner({
  workflows: DefaultWorkflows,
  debug: true,
  verbose: true
});

export { workflowRunner };
