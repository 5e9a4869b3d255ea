import { assertRight } from './throughput.mjs';

export const title = 'W3: one ten-step workflow at a time';

export async function run(engine, { quick }) {
  const { p50, p99 } = await oneAtATime(engine, quick ? { warm: 2, count: 20 } : { warm: 20, count: 100 });
  return { 'p50 ms': p50, 'p99 ms': p99 };
}

/** @returns p50 and p99 in ms from the start call to the awaited result */
export async function oneAtATime(engine, { warm, count }) {
  const times = [];
  for (let i = 0; i < warm + count; i += 1) {
    const from = performance.now();
    assertRight([await engine.done(await engine.start('bench-ten', { n: 0 }))], 1, 10);
    if (i >= warm) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(count * 0.5)], p99: times[Math.floor(count * 0.99)] };
}
