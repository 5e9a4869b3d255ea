import { SystemClock } from '@workflow-runner/engine';
import { ExecutionResult, StepBody, WorkflowRunner, type WorkflowBuilder } from '@workflow-runner/runner';
import { MongoStore, type MongoDriver } from '@workflow-runner/store/mongo';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { testDatabase, type TestDatabase } from '../../servers/mongo/test-database.js';
import { Counts, counting } from './counting-driver.js';

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

const INSTANCES = 200;
const STEPS = INSTANCES * 10;

describeOnMongo('What a step of a ten-step workflow costs', (server) => {
  let counts = new Counts();
  let runner: WorkflowRunner;
  let database: TestDatabase;

  beforeEach(async () => {
    database = testDatabase(server, 'cost');
    const intercept = (driver: MongoDriver): MongoDriver => counting(driver, () => counts);
    const store = new MongoStore({ uri: database.uri, clock: new SystemClock(), intercept });
    runner = new WorkflowRunner({ workflows: [TenSteps], store });
    await runner.initialize();
    counts = new Counts();
  });
  afterEach(async () => {
    await runner.stop();
    await database.drop();
  });

  /** With every entry of the audit trail in its place and sealed. */
  const runAll = async (): Promise<void> => {
    const starts = Array.from({ length: INSTANCES }, () => runner.startWorkflow(TenSteps, { n: 0 }));
    const ends = await Promise.all((await Promise.all(starts)).map((id) => runner.waitForCompletion(id)));
    expect(ends.map(({ data }) => (data as Counter).n)).toEqual(ends.map(() => 10));
    await vi.waitFor(async () => expect(await runner.verifyAudit()).toMatchObject({ unsealed: 0 }), 10_000);
  };

  it('is one update, and of its instance one insert; its audit entry is inserted and sealed', async () => {
    await runAll();
    const { written } = counts;

    expect(written.get('instances: new rows')).toBe(STEPS);
    expect(written.get('instances: inserted')).toBe(INSTANCES);
    expect(written.get('audit: inserted')).toBe(INSTANCES);
    expect(written.get('audit: sealed')).toBe(INSTANCES);
  });

  it('is a call for many steps, and reads nothing', async () => {
    await runAll();

    expect(counts.calls.get('bulkUpdate instances')).toBeLessThan(STEPS / 20);
    expect(counts.returned.get('instances') ?? 0).toBeLessThan(STEPS);
  });

  it('is less than two documents with the order of publication, statistics and seals', async () => {
    await runAll();
    const spent = counts.sums.written / STEPS;

    console.log(`${spent} documents a step: ${JSON.stringify([...counts.written])}`);
    expect(spent, String(counts)).toBeLessThan(2);
  });
});
