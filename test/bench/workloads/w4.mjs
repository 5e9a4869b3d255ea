import { assertRight } from './throughput.mjs';

export const title = 'W4: one workflow with 100 parallel branches, joined';

export async function run(engine) {
  const times = [];
  for (let i = 0; i < 22; i += 1) {
    const from = performance.now();
    assertRight([await engine.done(await engine.start('bench-fork', { n: 0 }))], 1, 100);
    if (i >= 2) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { 'p50 ms': times[10], 'longest ms': times.at(-1) };
}
