import assert from 'node:assert/strict';
import { WorkflowRunner, workflowRunner } from '@workflow-runner/runner';
import { DefaultWorkflows, lines } from './declarations.js';

// Runs the samples in the order of the document and looks at what each has done.

const persistence = { connectionString: 'memory:' };

const { availableworkflows } = await import('./samples/01-registered-from-modules.js');
assert.deepEqual(availableworkflows, DefaultWorkflows);
const { autoStartWorkflow } = await import('./samples/06-auto-start.js');

const runner = WorkflowRunner.getInstance({
  persistence,
  workflows: [...availableworkflows, autoStartWorkflow],
});
await workflowRunner.initialize();
assert.equal(runner.autoStarted[0]?.outcome, 'started');

await import('./samples/02-manual-registration.js');
await new Promise((resolve) => setImmediate(resolve));
assert.deepEqual(runner.getWorkflow('my-workflow').props, { customProperty: 'value' });

const { instanceId } = await import('./samples/03-direct-execution.js');
const { status, data } = await runner.waitForCompletion(instanceId);
assert.equal(status, 'completed');
assert.deepEqual(data, { inputData: 'value', userId: '12345' });

const seen: import('./samples/07-workflow-state.js').IWorkflowState = {
  workflows: [...runner.state.workflows],
  host: runner.state.host,
};
assert.equal(seen.workflows.length, 3);
assert.equal(seen.host?.isRunning(), true);

const { WorkflowRunner: Sampled } = await import('./samples/10-metrics-collection.js');
const metrics = runner.getMetrics();
const sampled = Object.assign(new Sampled(), {
  state: runner.state,
  getActiveInstanceCount: () => metrics.activeInstances,
  getCompletedTodayCount: () => metrics.completedToday,
  calculateErrorRate: () => metrics.errorRate,
  calculateAverageExecutionTime: () => metrics.averageExecutionTime,
  getResourceUtilization: () => metrics.resourceUtilization,
});
assert.deepEqual(Object.keys(sampled['collectMetrics']()).sort(), Object.keys(metrics).sort());

lines.length = 0;
await import('./samples/16-initialization-failures.js');
assert.deepEqual(lines, [['Registered workflows:', ['wait', 'initialization-workflow', 'my-workflow']]]);

lines.length = 0;
await import('./samples/17-memory-leaks.js');
assert.deepEqual(lines, [['High number of active instances:', 1]]);

lines.length = 0;
await import('./samples/18-performance-issues.js');
const [title, stats] = lines[0] as [string, Record<string, number>];
assert.equal(title, 'Performance stats:');
assert.equal(stats['activeInstances'], 1);

await runner.stop();
const { workflowRunner: debugged } = await import('./samples/19-debug-mode.js');
assert.equal(debugged.getRegisteredWorkflows().length, 1);
process.stdout.write('every sample ran\n');
