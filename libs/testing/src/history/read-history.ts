import type { AttemptInfo, ControlInfo, WorkflowRunner } from '@workflow-runner/runner';
import type { StepStart } from './step-start.js';
import { WorkflowHistory } from './workflow-history.js';

const PAGE = 500;

/** The whole history of an instance. @throws {InstanceNotFoundError} @throws {WorkflowNotFoundError} */
export async function readHistory(
  runner: WorkflowRunner,
  instanceId: string,
  starts: readonly StepStart[],
): Promise<WorkflowHistory> {
  const attempts: AttemptInfo[] = [];
  const controls: ControlInfo[] = [];
  let cursor: string | null = null;
  do {
    const page = await runner.getHistory(instanceId, { limit: PAGE, ...(cursor !== null && { cursor }) });
    attempts.push(...page.items);
    controls.push(...page.controls);
    cursor = page.nextCursor;
  } while (cursor !== null);
  const { workflowId } = (await runner.getInstance(instanceId))!;
  return new WorkflowHistory({
    instanceId,
    graph: runner.getWorkflowGraph(workflowId),
    attempts,
    controls,
    starts: starts.filter((start) => start.instanceId === instanceId),
  });
}
