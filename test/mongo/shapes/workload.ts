import { SystemClock } from '@workflow-runner/engine';
import { ExecutionResult, StepBody, WorkflowRunner, type WorkflowBuilder } from '@workflow-runner/runner';
import { MongoStore, type MongoDriver } from '@workflow-runner/store/mongo';

interface Parcel {
  readonly key: string;
  weight: number;
}

class Weigh extends StepBody {
  override run(context: { workflow: { data: Parcel } }): Promise<ExecutionResult> {
    context.workflow.data.weight += 1;
    return Promise.resolve(ExecutionResult.next());
  }
}

class Shipping {
  id = 'shipping';
  version = 1;
  build(builder: WorkflowBuilder<Parcel>): void {
    builder
      .startWith(Weigh)
      .waitFor('collected', (data) => data.key)
      .then(Weigh)
      .delay(() => 20)
      .then(Weigh);
  }
}

const INSTANCES = 20;

/** Two nodes over one database: instances start, wait for events and for time, are paused, resumed and cancelled, and asked about. */
export async function runWorkload(
  uri: string,
  intercept: (driver: MongoDriver) => MongoDriver,
): Promise<void> {
  const runners = ['a', 'b'].map((nodeId) => {
    const store = new MongoStore({ uri, clock: new SystemClock(), intercept });
    return new WorkflowRunner({ workflows: [Shipping], store, nodeId });
  });
  const [one, other] = runners as [WorkflowRunner, WorkflowRunner];
  for (const runner of runners) await runner.initialize();
  try {
    const keys = Array.from({ length: INSTANCES }, (_, i) => `parcel ${i}`);
    const ids = await Promise.all(
      keys.map((key) => one.startWorkflow(Shipping, { key, weight: 0 }, { tags: { key } })),
    );
    const [paused = '', cancelled = ''] = ids;
    await other.pauseWorkflow(paused);
    await other.cancelWorkflow(cancelled);
    await other.resumeWorkflow(paused);
    for (const key of keys) await other.publishEvent('collected', key, null);
    await Promise.all(ids.map((id) => one.waitForCompletion(id).catch(() => undefined)));
    await other.listInstances({ status: ['completed'] });
    await other.health();
    await other.getStats();
    await other.verifyAudit();
  } finally {
    for (const runner of runners) await runner.stop();
  }
}
