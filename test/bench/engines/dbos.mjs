import { requirePeer } from '../peers.mjs';
import { serverIn } from '../servers/server-of.mjs';

const { DBOS, DBOSClient } = requirePeer('@dbos-inc/dbos-sdk');

const SLEEP_MS = 2_000;
const DAY_S = 86_400;

/** How often the end of a workflow that another process began is looked for; a second by default. */
const END_POLL_MS = 50;

/**
 * Workflows and steps are DBOS's own, started directly (no queue in between, which would be polled), with durable `recv`
 * and `sleep`. An event goes to the workflow whose id is the event's key: DBOS sends to workflows.
 */
export async function open(directory, hooks) {
  const { pid, address } = serverIn(directory);
  const step = (run, name) => DBOS.runStep(async () => run(), { name });
  const count = (n) => step(() => n + 1, 'count');
  const begin = () => step(() => hooks.began?.() ?? null, 'begin');
  const end = (data) => step(() => (hooks.woke?.(data), data), 'end');
  const slow = async (n) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    hooks.effect?.({ idempotencyKey: keyOf(DBOS.workflowID, DBOS.stepID) });
    return n + 1;
  };

  const workflows = new Map(
    Object.entries({
      'bench-one': async (data) => ({ ...data, n: await count(data.n) }),
      async 'bench-ten'(data) {
        let n = data.n;
        for (let i = 0; i < 10; i += 1) n = await count(n);
        return { ...data, n };
      },
      async 'bench-slow'(data) {
        let n = data.n;
        for (let i = 0; i < 10; i += 1) n = await step(() => slow(n), 'slow');
        return { ...data, n };
      },
      async 'bench-fork'(data) {
        await begin();
        const branches = await Promise.all(Array.from({ length: 100 }, () => count(0)));
        return end({ ...data, n: branches.reduce((sum, n) => sum + n, 0) });
      },
      async 'bench-wait'(data) {
        await begin();
        const n = await DBOS.recv('bench.event', { timeoutSeconds: DAY_S });
        return end({ ...data, n });
      },
      async 'bench-sleep'(data) {
        await begin();
        const since = await step(() => Date.now(), 'since');
        await DBOS.sleep(SLEEP_MS);
        return end({ ...data, since });
      },
    }).map(([name, run]) => [name, DBOS.registerWorkflow(run, { name })]),
  );
  const handles = new Map();
  // Its own pool of ten connections: more did not serve it.
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: address, logLevel: 'error' });
  await DBOS.launch();
  return {
    durable: 'PostgreSQL, fsync on',
    serverPid: pid,
    async start(name, data) {
      const workflowID = data.eventKey;
      const handle = await DBOS.startWorkflow(workflows.get(name), { workflowID })(data);
      handles.set(handle.workflowID, handle);
      return handle.workflowID;
    },
    async done(id) {
      const handle = handles.get(id) ?? DBOS.retrieveWorkflow(id);
      handles.delete(id);
      return handle.getResult({ pollingIntervalMs: END_POLL_MS });
    },
    publish: (name, key, payload) => DBOS.send(key, payload, name),
    close: () => DBOS.shutdown(),
  };
}

/** @returns keys of the steps whose end was durable */
export async function finishedSteps(directory, ids) {
  const client = await DBOSClient.create({ systemDatabaseUrl: serverIn(directory).address });
  const keys = [];
  for (const id of ids) {
    const steps = await client.listWorkflowSteps(id);
    keys.push(...(steps ?? []).map(({ functionID }) => keyOf(id, functionID)));
  }
  await client.destroy();
  return new Set(keys);
}

function keyOf(id, step) {
  return `${id}:${step}`;
}
