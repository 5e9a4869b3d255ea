import { workflowRunner } from '@workflow-runner/runner';
import { MyWorkflowClass } from '../declarations.js';

// Register a workflow manually
workflowRunner.registerWorkflow({
  nameSpace: 'my-namespace',
  name: 'my-workflow',
  version: '1.0',
  component: MyWorkflowClass,
  category: 'workflow',
  autoStart: false,
  props: {
    customProperty: 'value'
  }
});
