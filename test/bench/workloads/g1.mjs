import { assertRight } from './throughput.mjs';

export const title = 'G1: one loop of 100,000 turns';

export async function run(engine, { hooks }) {
  const turns = 100_000;
  const marks = new Map();
  const atStart = memory();
  hooks.turn = (n) => {
    if (n === 2 || n % (turns / 10) === 0) marks.set(n, performance.now());
  };
  const data = await engine.done(await engine.start('bench-loop', { n: 0, turns }));
  assertRight([data], 1, turns + 1);
  const first = marks.get(turns / 10) - marks.get(2);
  const last = marks.get(turns) - marks.get((turns / 10) * 9);
  return {
    'last tenth over first': last / first,
    'us/turn, last tenth': (last * 1000) / (turns / 10),
    'MiB grown': memory() - atStart,
  };
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
