import type { RunnerWorkflow } from '../workflow-options.js';

/** The workflows of one `forFeature` or `forModules`, found by discovery. */
export class FeatureWorkflows {
  constructor(readonly workflows: readonly RunnerWorkflow[]) {}
}
