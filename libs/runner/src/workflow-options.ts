import 'reflect-metadata';
import type { Buildable, IWorkflow, WorkflowSource } from '@workflow-runner/engine';
import type { WorkflowType } from './workflow-type.js';

/** What a workflow class says of itself; see `IWorkflow`. */
export type WorkflowOptions = Pick<
  IWorkflow,
  'nameSpace' | 'name' | 'version' | 'autoStart' | 'props' | 'concurrency'
>;

/** A workflow as a runner takes it: what the engine takes, or a class with `@Workflow`. */
export type RunnerWorkflow = WorkflowSource | WorkflowType<Buildable>;

const OPTIONS = Symbol('workflow-runner:workflow');

/** Notes on a class what `@Workflow` says of it. */
export function setWorkflowOptions(target: object, options: WorkflowOptions): void {
  Reflect.defineMetadata(OPTIONS, options, target);
}

/** What `@Workflow` says of a class itself; undefined: it is not decorated. */
export function workflowOptionsOf(target: object): WorkflowOptions | undefined {
  return Reflect.getOwnMetadata(OPTIONS, target) as WorkflowOptions | undefined;
}

/** The form the engine registers. */
export function sourceOf(workflow: RunnerWorkflow): WorkflowSource {
  const options = workflowOptionsOf(workflow);
  const component = workflow as IWorkflow['component'];
  return options ? { ...options, component, category: 'workflow' } : (workflow as WorkflowSource);
}
