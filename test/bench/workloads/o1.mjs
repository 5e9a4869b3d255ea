import { warmUp } from './throughput.mjs';

export const title = 'O1: starts of a three-step workflow at planned moments, a minute each';

const RATES = [250, 1_000, 2_000];
const LENGTH_MS = Number(process.env['BENCH_O1_MS'] ?? 60_000);

/** Open loop: a start that is late counts from the moment it was planned for, so nothing hides behind a pause. */
export async function run(engine) {
  await warmUp(engine);
  const figures = {};
  for (const rate of RATES) {
    const times = await atRate(engine, rate);
    for (const [name, part] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['p99.9', 0.999],
    ])
      figures[`${rate}/s, ${name} ms`] = times[Math.floor(times.length * part)];
  }
  return figures;
}

async function atRate(engine, rate) {
  const count = Math.floor((rate * LENGTH_MS) / 1_000);
  const times = [];
  const ends = [];
  const begin = performance.now();
  const one = async (planned) => {
    const data = await engine.done(await engine.start('bench-three', { n: 0 }));
    if (data.n !== 2) throw new Error(`A workflow counted ${data.n} instead of 2 steps`);
    times.push(performance.now() - planned);
  };
  for (let started = 0; started < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - begin) * rate) / 1_000) + 1);
    for (; started < due; started += 1) ends.push(one(begin + (started * 1_000) / rate));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(ends);
  return times.sort((a, b) => a - b);
}
