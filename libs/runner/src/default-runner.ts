import { NotInitializedError } from '@workflow-runner/contract';
import { WorkflowRunner } from './workflow-runner.js';

/**
 * The process's default runner, looked up at each use, so that it may be imported before it is made.
 * @throws {NotInitializedError} any use before `WorkflowRunner.getInstance(props)`
 */
export const workflowRunner: WorkflowRunner = new Proxy(
  Object.create(WorkflowRunner.prototype) as WorkflowRunner,
  {
    get(_target, property) {
      const runner = WorkflowRunner.current;
      if (!runner) return missing(property);
      const value: unknown = Reflect.get(runner, property, runner);
      return typeof value === 'function' ? (value.bind(runner) as unknown) : value;
    },
    set: () => false,
  },
);

/** What promises, consoles and test tools look for on any object is merely not there. */
function missing(property: string | symbol): undefined {
  if (typeof property === 'symbol' || property === 'then' || property === 'constructor') return undefined;
  throw new NotInitializedError(
    'The default runner',
    'call WorkflowRunner.getInstance(props), then initialize()',
  );
}
