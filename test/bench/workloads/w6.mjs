import { assertRight, warmUp } from './throughput.mjs';

export const title = 'W6: 1,000 workflows sleep two seconds, started together';

const COUNT = 1_000;
const SLEEP_MS = 2_000;

export async function run(engine, { hooks }) {
  await warmUp(engine);
  const late = [];
  hooks.woke = (data) => late.push(Date.now() - data.since - SLEEP_MS);
  const starts = await Promise.all(
    Array.from({ length: COUNT }, () => engine.start('bench-sleep', { n: 0 })),
  );
  assertRight(await Promise.all(starts.map((started) => engine.done(started))), COUNT, 0);
  late.sort((a, b) => a - b);
  if (late[0] < 0) throw new Error(`A workflow woke ${-late[0]} ms early`);
  return { 'p50 ms late': late[COUNT * 0.5], 'p99 ms late': late[COUNT * 0.99] };
}
