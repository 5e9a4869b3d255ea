import type { IWorkflow } from '@workflow-runner/runner';
import { InitWorkflow } from '../declarations.js';

// Workflows with autoStart: true are executed during initialization
const autoStartWorkflow: IWorkflow = {
  nameSpace: 'system',
  name: 'initialization-workflow',
  version: '1.0',
  component: InitWorkflow,
  category: 'workflow',
  autoStart: true,  // This workflow starts automatically
  props: {
    when: Date.now()
  }
};

export { autoStartWorkflow };
