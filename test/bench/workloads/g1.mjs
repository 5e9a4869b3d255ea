import { assertRight } from './throughput.mjs';

export const title = 'G1: one loop of 100,000 turns';

export const run = (engine, { hooks }) => loop(engine, hooks, 100_000);

export async function loop(engine, hooks, turns) {
  const marks = new Map();
  const atStart = memory();
  hooks.turn = (n) => {
    if (n === 2 || n % (turns / 10) === 0) marks.set(n, { ms: performance.now(), cpu: cpuMs() });
  };
  const data = await engine.done(await engine.start('bench-loop', { n: 0, turns }));
  assertRight([data], 1, turns + 1);
  const first = between(marks.get(2), marks.get(turns / 10));
  const last = between(marks.get((turns / 10) * 9), marks.get(turns));
  return {
    'CPU, last tenth over first': last.cpu / first.cpu,
    'wall, last tenth over first': last.ms / first.ms,
    'CPU us/turn, last tenth': (last.cpu * 1000) / (turns / 10),
    'wall us/turn, last tenth': (last.ms * 1000) / (turns / 10),
    'MiB grown': memory() - atStart,
  };
}

function between(from, to) {
  return { ms: to.ms - from.ms, cpu: to.cpu - from.cpu };
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
