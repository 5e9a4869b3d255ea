import { workflowRunner } from '@workflow-runner/runner';

// Start a workflow immediately
const instanceId = await workflowRunner.startWorkflow(
  'my-workflow',      // workflow ID
  '1.0',              // version
  {                   // workflow data
    inputData: 'value',
    userId: '12345'
  }
);

export { instanceId };
