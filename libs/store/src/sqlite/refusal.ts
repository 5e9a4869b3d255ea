import type { WorkflowError } from '@workflow-runner/contract';

/** A job's verdict "no", reached before it wrote anything: the group goes on. (What is thrown undoes the group.) */
export class Refusal {
  constructor(readonly error: WorkflowError) {}
}
