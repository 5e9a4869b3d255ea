import type { Buildable } from '@workflow-runner/engine';

/** A workflow's class, whatever its constructor takes. */
export type WorkflowType<TWorkflow extends Buildable> = abstract new (...dependencies: never[]) => TWorkflow;
