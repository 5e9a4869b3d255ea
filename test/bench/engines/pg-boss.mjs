import { randomUUID } from 'node:crypto';
import { requirePeer } from '../peers.mjs';
import { serverIn } from '../servers/server-of.mjs';

const PgBoss = requirePeer('pg-boss');

const QUEUE = 'bench';
const SLEEP_MS = 2_000;

/** What served it best; jobs have no priorities, so none is looked for. */
const WORKERS = 4;
const TAKING = { batchSize: 100, priority: false, pollingIntervalSeconds: 0.5 };

const STEPS = { 'bench-one': 1, 'bench-ten': 10 };

/**
 * Each step is a job, and the job of the next step is inserted before its own is completed: both are the users' code, as
 * are the ends that are awaited. Its own: workers that take a batch at a time, and jobs that start later. Workers look
 * for jobs twice a second, its shortest interval, and at once when this process says that there are some.
 */
export async function open(directory, hooks) {
  const { pid, address } = serverIn(directory);
  const boss = new PgBoss({ connectionString: address, max: 2 * WORKERS });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.stack}\n`));
  await boss.start();
  await boss.createQueue(QUEUE);
  const ends = new Map();
  const workers = [];
  let turn = 0;
  const wakeUp = () => boss.notifyWorker(workers[turn++ % WORKERS]);

  async function take(jobs) {
    const moves = jobs.map(({ id, data }) => ({ id, data, next: nextOf(data, hooks) }));
    const going = moves.filter(({ next }) => next);
    const ended = moves.filter(({ next }) => !next);
    if (going.length > 0) {
      await boss.insert(going.map(({ next }) => ({ name: QUEUE, ...next })));
      wakeUp();
    }
    if (ended.length === 0) return;
    // Its worker completes them, too, but later; an end that is awaited is durable.
    await boss.complete(
      QUEUE,
      ended.map(({ id }) => id),
    );
    for (const { data } of ended) ends.get(data.id)?.resolve(data);
  }

  for (let i = 0; i < WORKERS; i += 1) workers.push(await boss.work(QUEUE, TAKING, take));
  return {
    durable: 'PostgreSQL, fsync on',
    serverPid: pid,
    async start(workflow, data) {
      const id = randomUUID();
      let resolve;
      const promise = new Promise((done) => (resolve = done));
      ends.set(id, { promise, resolve });
      await boss.send(QUEUE, { ...data, id, workflow, step: 0 });
      wakeUp();
      return id;
    },
    async done(id) {
      const data = await ends.get(id).promise;
      ends.delete(id);
      return data;
    },
    close: () => boss.stop({ graceful: false }),
  };
}

/** Runs a step. @returns the next step's job, or null: it was the last; `data` has what it did */
function nextOf(data, hooks) {
  if (data.workflow === 'bench-sleep') {
    if (data.since) {
      hooks.woke?.(data);
      return null;
    }
    hooks.began?.();
    const since = Date.now();
    return { data: { ...data, since }, startAfter: new Date(since + SLEEP_MS) };
  }
  data.n += 1;
  data.step += 1;
  return data.step < STEPS[data.workflow] ? { data } : null;
}
