import type { IPersistenceConfig, IWorkflowRunnerProps } from '@workflow-runner/runner';
import type { KitProps } from './kit-options.js';

type Surroundings = Required<
  Pick<IWorkflowRunnerProps, 'store' | 'clock' | 'random' | 'ids' | 'logger' | 'nodeId' | 'activator'>
>;

/** What only looks whether something was missed, so that centuries of it cost nothing. */
const RARELY = '30d';

/**
 * The props of a runner under test: what the application says, what the test says, and the kit's surroundings. Nothing
 * is ever deleted by age, unless the test asks for it.
 */
export function kitProps(
  app: IWorkflowRunnerProps,
  test: KitProps,
  surroundings: Surroundings,
): IWorkflowRunnerProps {
  const { persistence: _replaced, ...own } = app;
  return {
    ...own,
    ...test,
    ...codecOf({ ...app.persistence, ...test.persistence }),
    components: {
      ...app.components,
      ...test.components,
      lifecycle: {
        ...app.components?.lifecycle,
        pollIntervalMs: RARELY,
        leaseMs: RARELY,
        retention: null,
        ...test.components?.lifecycle,
      },
    },
    debug: true,
    ...surroundings,
  };
}

/** Where things are kept is the kit's choice; how payloads are coded is not. */
function codecOf({ codec }: IPersistenceConfig): Pick<IWorkflowRunnerProps, 'persistence'> {
  return codec === undefined ? {} : { persistence: { codec } };
}
