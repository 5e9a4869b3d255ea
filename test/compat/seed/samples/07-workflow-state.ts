import type { IWorkflow, LegacyHost as WorkflowHost } from '@workflow-runner/runner';

interface IWorkflowState {
  workflows: IWorkflow[];        // Registered workflows
  host: WorkflowHost | null;     // workflow-es host instance
}

export type { IWorkflowState };
