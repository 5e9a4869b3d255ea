// Starts a runner, leaves work of every kind behind, stops it and ends by itself: nothing may keep the process alive.
import { ExecutionResult, StepBody, WorkflowRunner } from '@workflow-runner/runner';

class Pass extends StepBody {
  async run() {
    return ExecutionResult.next();
  }
}

class Parked {
  id = 'parked';
  version = 1;
  build(builder) {
    builder
      .startWith(Pass)
      .parallel()
      .do((branch) => branch.startWith(Pass).waitFor('go', () => 'k'))
      .do((branch) => branch.startWith(Pass).delay(() => 3_600_000))
      .join();
  }
}

const runner = new WorkflowRunner({
  workflows: [Parked],
  persistence: { connectionString: process.argv[2] },
});
await runner.initialize();
runner.on('completed', () => undefined);
const id = await runner.startWorkflow('parked', 1, {}, { deadline: Date.now() + 3_600_000 });
await runner.startWorkflow('parked', 1, {}, { delayUntil: Date.now() + 3_600_000 });
await runner.publishEvent('later', 'k', null, { time: Date.now() + 3_600_000 });
runner.waitForCompletion(id).catch((error) => console.log(error.code));
await runner.stop();
await runner.stop();
console.log(runner.state.status);
