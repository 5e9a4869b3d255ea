import type { WorkflowRunner } from '@workflow-runner/runner';

/** Ends when the runner stops. */
export async function printFeed(runner: WorkflowRunner): Promise<void> {
  // #region sample
  for await (const { position, tellings } of await runner.feed({ workflow: 'shop.*' })) {
    for (const { event, instanceId } of tellings) console.log(position, event, instanceId);
  }
  // #endregion
}
