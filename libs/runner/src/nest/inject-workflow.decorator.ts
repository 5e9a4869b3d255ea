import { Inject, type InjectionToken } from '@nestjs/common';
import type { Buildable } from '@workflow-runner/engine';
import type { WorkflowType } from '../workflow-type.js';

/** The classes somebody wants to have injected, with their tokens. */
const tokens = new Map<WorkflowType<Buildable>, symbol>();

/** Injects the handle of a registered class: `@InjectWorkflow(OrderWorkflow) orders: WorkflowHandle<OrderWorkflow>`. */
export function InjectWorkflow(workflow: WorkflowType<Buildable>): PropertyDecorator & ParameterDecorator {
  return Inject(handleToken(workflow));
}

/** Injection token of the handle of a workflow class, for tests that put something else in its place. */
export function handleToken(workflow: WorkflowType<Buildable>): InjectionToken {
  const token = tokens.get(workflow) ?? Symbol(`workflow-runner:handle:${workflow.name}`);
  tokens.set(workflow, token);
  return token;
}

/** All classes that were asked for so far. */
export function injectedWorkflows(): readonly (readonly [WorkflowType<Buildable>, InjectionToken])[] {
  return [...tokens];
}
