import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@workflow-runner/engine';
import { ExecutionResult, StepBody, WorkflowRunner, type WorkflowBuilder } from '@workflow-runner/runner';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countingOpener, noCounts } from './counting-driver.js';
import { sampledAllocations } from './sampled-allocations.js';

interface Counter {
  n: number;
}

class Count extends StepBody {
  override run(context: { workflow: { data: Counter } }): Promise<ExecutionResult> {
    context.workflow.data.n += 1;
    return Promise.resolve(ExecutionResult.next());
  }
}

class TenSteps {
  id = 'ten';
  version = 1;
  build(builder: WorkflowBuilder<Counter>): void {
    let step = builder.startWith(Count);
    for (let i = 1; i < 10; i += 1) step = step.then(Count);
  }
}

const INSTANCES = 50;
const STEPS = INSTANCES * 10;

let folder: string;
let runner: WorkflowRunner;
let counts = noCounts();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'step-cost-'));
  const driver = await countingOpener(() => counts);
  const store = new SqliteStore({ path: join(folder, 'w.db'), clock: new SystemClock(), driver });
  runner = new WorkflowRunner({ workflows: [TenSteps], store });
  await runner.initialize();
  await runAll(20);
  counts = noCounts();
});
afterEach(async () => {
  await runner.stop();
  rmSync(folder, { recursive: true });
});

async function runAll(instances: number): Promise<void> {
  const starts = Array.from({ length: instances }, () => runner.startWorkflow(TenSteps, { n: 0 }));
  const ends = await Promise.all((await Promise.all(starts)).map((id) => runner.waitForCompletion(id)));
  expect(ends.map(({ data }) => (data as Counter).n)).toEqual(ends.map(() => 10));
}

/** Figures that do not depend on the machine: they grow when a step has become dearer. */
describe('What a step of a ten-step workflow costs', () => {
  it('is one row of the journal, and its instance two writes: its start and its end', async () => {
    await runAll(INSTANCES);

    const { statements } = counts;
    expect(statements.get('INSERT INTO journal')).toBe(STEPS);
    expect(statements.get('INSERT INTO instances')).toBe(INSTANCES);
    expect(statements.get('UPDATE instances')).toBe(INSTANCES);
  });

  it('is less than two statements, what belongs to the transaction left out', async () => {
    await runAll(INSTANCES);

    const ofTransactions = ['BEGIN', 'COMMIT', 'ROLLBACK'];
    const asked = [...counts.statements].filter(([name]) => !ofTransactions.includes(name));
    const sum = asked.reduce((total, [, count]) => total + count, 0);
    expect(sum / STEPS, JSON.stringify(asked)).toBeLessThan(2);
  });

  it('shares its transaction with the steps of others', async () => {
    await runAll(INSTANCES);

    expect(counts.transactions).toBeLessThan(STEPS / 20);
  });

  it('is less than 300 characters of text', async () => {
    await runAll(INSTANCES);

    expect(counts.characters / STEPS).toBeLessThan(300);
  });

  it('is less than 12 KiB of garbage', async () => {
    const bytes = await sampledAllocations(() => runAll(INSTANCES * 4));

    expect(bytes / (STEPS * 4) / 1024).toBeLessThan(12);
  });
});
