import type { StepContext } from '../authoring/step-context.js';
import type { StepBody } from '../authoring/workflow-es.js';

/** Makes step bodies: one fresh object per execution. A host with a container resolves providers. */
export interface StepActivator {
  create(body: new () => StepBody, context: StepContext): StepBody | Promise<StepBody>;
  /** Runs a body, from its input mappers on, in surroundings of the host's; without it in none. */
  run?<T>(context: StepContext, work: () => T): T;
}

export const PLAIN_ACTIVATOR: StepActivator = {
  create: (body) => new body(),
};
