import 'reflect-metadata';
import { TELLINGS, type Telling } from '@workflow-runner/contract';

/** How a method listens to what happens to instances. */
export interface WorkflowEventOptions {
  /**
   * Name of a cursor of its own in the store: the method hears of everything in the store at least once, over
   * restarts, each instance's events in order, in one process at a time. A new name begins with the oldest event
   * that is still kept. Without it the method hears, best effort, what this process has done.
   */
  readonly durable?: string;
}

/** One subscription of one method. */
export interface WorkflowEventBinding extends WorkflowEventOptions {
  readonly event: Telling;
  /** Pattern of workflow ids. */
  readonly workflow: string;
}

const BINDINGS = Symbol('workflow-runner:events');

/**
 * Calls the method of a provider with a `RunnerTelling` when something has become durable.
 * @param workflow which workflows: an id with `*` for any text, with or without `@version`, such as `shop.*`
 */
export function OnWorkflowEvent(
  event: Telling,
  workflow: string | WorkflowEventOptions = '*',
  options: WorkflowEventOptions = {},
) {
  if (!TELLINGS.includes(event)) throw new TypeError(`${String(event)} is not one of ${TELLINGS.join(', ')}`);
  const binding = typeof workflow === 'string' ? { workflow, ...options } : { workflow: '*', ...workflow };
  return <T extends (telling: never) => unknown>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): void => {
    const method = descriptor.value!;
    Reflect.defineMetadata(BINDINGS, [...bindingsOf(method), { event, ...binding }], method);
  };
}

/** The subscriptions of a method; empty when it has none. */
export function bindingsOf(method: object): readonly WorkflowEventBinding[] {
  return (Reflect.getMetadata(BINDINGS, method) ?? []) as readonly WorkflowEventBinding[];
}
