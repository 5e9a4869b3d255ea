import type { Operations, StartCommand } from '@workflow-runner/engine';
import { checkStart } from './check-start.js';
import type { StartRequest, StartResult } from './start-options.js';
import { currentScope, inScope } from './workflow-scope.js';

/** Starts what has the right shape, in one group; results in the order of the requests. */
export async function startAll(
  operations: Operations,
  requests: readonly StartRequest[],
): Promise<StartResult[]> {
  const checked = requests.map((request, index) =>
    check(request, requests.length > 1 ? `items.${index}.` : ''),
  );
  const commands = checked.filter((one): one is StartCommand => !('error' in one));
  const verdicts = await operations.start(commands);
  const byCommand = new Map(commands.map((command, index) => [command, verdicts[index]!]));
  return checked.map((one) => {
    const result = 'error' in one ? one : byCommand.get(one)!;
    return 'error' in result ? { error: toError(result.error) } : result;
  });
}

function check(request: StartRequest, prefix: string): StartCommand | { error: unknown } {
  try {
    const { step } = currentScope();
    const command = checkStart(inScope(request), prefix);
    // Started by a step of another instance.
    return step ? { ...command, origin: { kind: 'parent', id: step.workflow.id } } : command;
  } catch (error) {
    return { error };
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
