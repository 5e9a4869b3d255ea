import { assertRight } from './throughput.mjs';

export const title = 'W3: one ten-step workflow at a time';

export async function run(engine, { quick }) {
  const warm = quick ? 2 : 20;
  const count = quick ? 20 : 100;
  const times = [];
  for (let i = 0; i < warm + count; i += 1) {
    const from = performance.now();
    assertRight([await engine.done(await engine.start('bench-ten', { n: 0 }))], 1, 10);
    if (i >= warm) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { 'p50 ms': times[Math.floor(count * 0.5)], 'p99 ms': times[Math.floor(count * 0.99)] };
}
