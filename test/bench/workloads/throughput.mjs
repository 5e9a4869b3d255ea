import { cpuMsOf } from '../processes.mjs';

/** W1 and W2: many workflows; "open": 100 starts in flight, ends awaited apart; "closed": 100 clients, one at a time each. */
const IN_FLIGHT = 100;

export async function warmUp(engine) {
  await openLoop(engine, 'bench-one', 200);
  await openLoop(engine, 'bench-ten', 20);
}

export async function openLoop(engine, workflow, count) {
  return measure(engine, count, async (take) => {
    const ends = [];
    await clients(async () => {
      while (take()) ends.push(engine.done(await engine.start(workflow, { n: 0 })));
    });
    return Promise.all(ends);
  });
}

export async function closedLoop(engine, workflow, count) {
  return measure(engine, count, async (take) => {
    const ends = [];
    await clients(async () => {
      while (take()) ends.push(await engine.done(await engine.start(workflow, { n: 0 })));
    });
    return ends;
  });
}

/** A run counts only when every counter is right. */
export function assertRight(ends, count, steps) {
  if (ends.length !== count) throw new Error(`${ends.length} of ${count} workflows ended`);
  const wrong = ends.filter((data) => data.n !== steps);
  if (wrong.length > 0)
    throw new Error(`${wrong.length} workflows counted ${wrong[0].n} instead of ${steps} steps`);
}

async function clients(client) {
  await Promise.all(Array.from({ length: IN_FLIGHT }, client));
}

async function measure(engine, count, run) {
  let taken = 0;
  const before = cpuMs(engine);
  const from = performance.now();
  const ends = await run(() => taken++ < count);
  const ms = performance.now() - from;
  const after = cpuMs(engine);
  return { ends, ms, cpuMs: after.own - before.own, cpuMsWithServer: after.all - before.all };
}

/** Of this process, and together with its server, where there is one. */
function cpuMs({ serverPid }) {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  return { own, all: own + (serverPid ? cpuMsOf(serverPid) : 0) };
}
