import type { StepBody } from '../authoring/workflow-es.js';

/** Makes step bodies: one fresh object per execution. A host with a container resolves providers. */
export interface StepActivator {
  create(body: new () => StepBody): StepBody | Promise<StepBody>;
}

export const PLAIN_ACTIVATOR: StepActivator = {
  create: (body) => new body(),
};
