import { createRequire } from 'node:module';
import { makeMoreWorkflows } from '../more-workflows.mjs';
import { makeWorkflows } from '../workflows.mjs';

const require = createRequire(new URL('../../../libs/engine/package.json', import.meta.url));

/** Stock workflow-es with its memory provider: nothing of it survives the process. */
export async function open(_directory, hooks) {
  const { configureWorkflow, ExecutionResult, StepBody } = require('workflow-es');
  const ended = new Map();
  const last = (data) => ended.get(data.key)?.(data);
  const host = configureWorkflow().getHost();
  const classes = { StepBody, ExecutionResult };
  // Hooks are set later, too: they are looked up when they are called.
  const all = new Proxy(hooks, { get: (target, name) => (name === 'last' ? last : target[name]) });
  for (const workflow of [...makeWorkflows(classes, all), ...makeMoreWorkflows(classes, all)])
    host.registerWorkflow(workflow);
  await host.start();
  let key = 0;
  return {
    durable: 'no (memory)',
    async start(workflow, data) {
      const own = { ...data, key: key++ };
      // It has no door to wait for an end: its last step says so, which is a little before the end.
      const done = new Promise((resolve) => ended.set(own.key, resolve));
      await host.startWorkflow(workflow, 1, own);
      return { done, key: own.key };
    },
    async done(started) {
      const data = await started.done;
      ended.delete(started.key);
      return data;
    },
    publish: (name, key, data) => host.publishEvent(name, key, data, new Date()),
    close: async () => host.stop(),
  };
}
