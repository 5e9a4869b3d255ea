import type { IWorkflow } from '@workflow-runner/runner';
import { isArray, logger, reactoryModules } from '../declarations.js';

// Workflows are automatically discovered from Reactory modules
const availableworkflows: IWorkflow[] = [];
reactoryModules.enabled.forEach((reactoryModule) => {
  if (isArray(reactoryModule.workflows)) {    
    reactoryModule.workflows.forEach((workflow: any) => {
      if (typeof workflow === 'object' && workflow.category === 'workflow') {
        logger.debug(`ðŸ”€ Loading workflow for module ${reactoryModule.name}`, workflow);        
        availableworkflows.push(workflow);
      }
    });
  }
});

export { availableworkflows };
