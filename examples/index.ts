import type { IWorkflow } from '@workflow-runner/runner';
import { OrderWorkflow } from './order/order.workflow.js';
import { WelcomeWorkflow } from './welcome/welcome.workflow.js';

// What the server runs when WORKFLOW_MODULES names nothing else: Nest modules, and a list.
export { ApprovalModule } from './approval/approval.module.js';
export { ImportModule } from './batch-import/import.module.js';
export { NightlyReportModule } from './nightly-report/report.module.js';

export const workflows: IWorkflow[] = [
  {
    nameSpace: 'shop',
    name: 'order',
    version: '1.0.0',
    component: OrderWorkflow,
    category: 'workflow',
  },
  {
    nameSpace: 'system',
    name: 'welcome',
    version: '1.0.0',
    component: WelcomeWorkflow,
    category: 'workflow',
    autoStart: true,
    props: { greeting: 'Workflow Runner is ready.' },
  },
];
