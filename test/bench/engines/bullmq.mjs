import { randomUUID } from 'node:crypto';
import { requirePeer } from '../peers.mjs';
import { serverIn } from '../servers/server-of.mjs';

const { DelayedError, FlowProducer, Queue, QueueEvents, Worker } = requirePeer('bullmq');
const { Redis } = requirePeer('ioredis');

const QUEUE = 'bench';
const WAITERS = 'bench:waiters';
const SLEEP_MS = 2_000;

/** What served it best: Redis and the worker are one thread each. */
const CONCURRENCY = 200;

/**
 * A job is a workflow, and its data says which step comes next: BullMQ's own pattern ("process step jobs"). A step is
 * durable before the next begins, because the job's data is written in between; the last one's with the job's end.
 * Written here, as its users would: the chain, the ends that are awaited, and waiting for an event, which is a job that
 * ends and leaves its data in a hash, from which the event makes a second job. Its own: branches (a flow), sleep (a
 * delayed job), and taking up what a dead process held (stalled jobs, 30 s by default).
 */
export async function open(directory, hooks) {
  const { pid, address } = serverIn(directory);
  const connection = { ...address, maxRetriesPerRequest: null };
  const redis = new Redis(connection);
  const queue = new Queue(QUEUE, { connection });
  const flows = new FlowProducer({ connection });
  const ends = new Map();
  let events = null;

  const workflows = {
    'bench-one': (job) => chain(job, [count]),
    'bench-ten': (job) => chain(job, Array(10).fill(count)),
    'bench-slow': (job) => chain(job, Array(10).fill(slow)),
    'bench-branch': (job) => count(job),
    async 'bench-fork'(job) {
      const values = Object.values(await job.getChildrenValues());
      return { n: values.reduce((sum, { n }) => sum + n, 0) };
    },
    async 'bench-wait'(job) {
      hooks.began?.();
      await redis.hset(WAITERS, job.data.eventKey, JSON.stringify({ id: job.id, data: job.data }));
      return null;
    },
    'bench-woken': async (job) => job.data,
    async 'bench-sleep'(job, token) {
      if (!job.data.since) {
        hooks.began?.();
        await job.updateData({ ...job.data, since: Date.now() });
        await job.moveToDelayed(job.data.since + SLEEP_MS, token);
        throw new DelayedError();
      }
      hooks.woke?.(job.data);
      return job.data;
    },
  };

  const count = async ({ data }) => ({ ...data, n: data.n + 1 });
  const slow = async ({ id, data }) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    hooks.effect?.({ idempotencyKey: `${id}:${data.step ?? 0}` });
    return { ...data, n: data.n + 1 };
  };

  async function chain(job, steps) {
    for (let step = job.data.step ?? 0; ; step += 1) {
      const data = await steps[step](job);
      if (step === steps.length - 1) return data;
      await job.updateData({ ...data, step: step + 1 });
    }
  }

  const worker = new Worker(QUEUE, (job, token) => workflows[job.name](job, token), {
    connection,
    concurrency: CONCURRENCY,
  });
  worker.on('completed', ({ data, id, name, returnvalue }) => {
    if (name !== 'bench-wait') ends.get(data.workflow ?? id)?.resolve(returnvalue);
  });
  worker.on('failed', (job, error) => ends.get(job?.data.workflow ?? job?.id)?.reject(error));
  worker.on('error', (error) => process.stderr.write(`bullmq: ${error.stack}\n`));
  await worker.waitUntilReady();

  return {
    durable: 'Redis, appendonly and appendfsync always',
    serverPid: pid,
    async start(name, data) {
      const jobId = randomUUID();
      // Before the job is there: it may have ended when its answer comes.
      ends.set(jobId, deferred());
      const children = Array.from({ length: 100 }, () => ({
        name: 'bench-branch',
        queueName: QUEUE,
        data: { n: 0 },
      }));
      if (name === 'bench-fork') await flows.add({ name, queueName: QUEUE, data, opts: { jobId }, children });
      else await queue.add(name, data, { jobId });
      return jobId;
    },
    async done(id) {
      const end = ends.get(id);
      if (!end) return doneElsewhere(id);
      const data = await end.promise;
      ends.delete(id);
      return data;
    },
    async publish(_name, key, payload) {
      const waiter = await redis.hget(WAITERS, key);
      if (!waiter) throw new Error(`Nobody waits for ${key}`);
      const { id, data } = JSON.parse(waiter);
      const jobId = `${id}-woken`;
      await queue.add('bench-woken', { ...data, n: payload, workflow: id }, { jobId });
      await redis.hdel(WAITERS, key);
    },
    async parked(count) {
      while ((await redis.hlen(WAITERS)) < count) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async close() {
      await worker.close();
      await Promise.all([queue.close(), flows.close(), events?.close(), redis.quit()]);
    },
  };

  /** Of a job that another process has added. */
  async function doneElsewhere(id) {
    queue.setMaxListeners(0);
    events ??= new QueueEvents(QUEUE, { connection });
    await events.waitUntilReady();
    return (await queue.getJob(id)).waitUntilFinished(events);
  }
}

/** @returns keys of the steps whose end was durable */
export async function finishedSteps(directory, ids) {
  const queue = new Queue(QUEUE, { connection: serverIn(directory).address });
  const jobs = await Promise.all(ids.map((id) => queue.getJob(id)));
  await queue.close();
  const stepsOf = ({ id, data, finishedOn }) =>
    Array.from({ length: finishedOn ? 10 : (data.step ?? 0) }, (_, step) => `${id}:${step}`);
  return new Set(jobs.flatMap(stepsOf));
}

function deferred() {
  let resolve, reject;
  const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]));
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
