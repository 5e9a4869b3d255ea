import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { RunnerLab } from '../../../test/runner/lab.js';
import { ExecutionResult, StepBody, type WorkflowBuilder } from './index.js';

class Step extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

class Waiting {
  id = 'waiting';
  version = 1;
  build(builder: WorkflowBuilder<object>): void {
    builder
      .startWith(Step)
      .waitFor('go', () => 'k')
      .then(Step);
  }
}

const lab = new RunnerLab();
const folder = mkdtempSync(join(tmpdir(), 'backup-'));
afterEach(async () => {
  await lab.clear();
  rmSync(folder, { recursive: true, force: true });
});

it('copies the store while it is in use; a runner on the copy goes on with what was under way', async () => {
  const copy = join(folder, 'copy.db');
  const first = await lab.run({ workflows: [Waiting], persistence: { connectionString: lab.sqlite } });
  const id = await first.startWorkflow('waiting');
  await vi.waitFor(async () => expect((await first.getInstance(id))?.status).toBe('waiting'));
  await first.backup(copy);
  expect(await first.checkStore()).toEqual([]);
  await first.stop();

  const second = await lab.run({ workflows: [Waiting], persistence: { connectionString: `sqlite:${copy}` } });
  await second.publishEvent('go', 'k', null);
  expect((await second.waitForCompletion(id, { timeoutMs: 5_000 })).status).toBe('completed');
});

it('says that a store in memory cannot be copied', async () => {
  const runner = await lab.run();
  await expect(runner.backup(join(folder, 'copy.db'))).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
});
