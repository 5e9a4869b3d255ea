import type { Buildable, WorkflowData } from '@workflow-runner/engine';
import type { StartOptions } from '../start-options.js';
import type { WorkflowRunner } from '../workflow-runner.js';
import type { WorkflowType } from '../workflow-type.js';

/** One workflow of a runner, with the type of its data. */
export class WorkflowHandle<TWorkflow extends Buildable> {
  constructor(
    private readonly runner: WorkflowRunner,
    private readonly workflow: WorkflowType<TWorkflow>,
  ) {}

  /** Starts an instance. @returns its id @throws as `WorkflowRunner.startWorkflow` */
  start(data: WorkflowData<TWorkflow>, options?: StartOptions): Promise<string> {
    return this.runner.startWorkflow(this.workflow, data, options);
  }
}
