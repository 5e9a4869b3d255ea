import type { WorkflowRunner } from '@workflow-runner/runner';

export async function askTheTrail(runner: WorkflowRunner) {
  // #region sample
  const { items, nextCursor } = await runner.listAudit(
    { caller: 'ada', action: 'workflow:cancel', from: new Date('2026-01-01') },
    { limit: 50 },
  );
  // #endregion
  return { items, nextCursor };
}
