import { assertRight, warmUp } from './throughput.mjs';

export const title = 'W6: 1,000 workflows sleep two seconds, started together';

const COUNT = 1_000;
const SLEEP_MS = 2_000;

/** What is timed first is code that nobody has run yet; a process that has been up for a while is like the third time. */
export async function run(engine, { hooks }) {
  await warmUp(engine);
  const first = await lateness(engine, hooks);
  await lateness(engine, hooks);
  const third = await lateness(engine, hooks);
  return {
    'p50 ms late': first.p50,
    'p99 ms late': first.p99,
    'p50, the third time': third.p50,
    'p99, the third time': third.p99,
  };
}

async function lateness(engine, hooks) {
  const late = [];
  hooks.woke = (data) => late.push(Date.now() - data.since - SLEEP_MS);
  const starts = await Promise.all(
    Array.from({ length: COUNT }, () => engine.start('bench-sleep', { n: 0 })),
  );
  assertRight(await Promise.all(starts.map((started) => engine.done(started))), COUNT, 0);
  late.sort((a, b) => a - b);
  if (late[0] < 0) throw new Error(`A workflow woke ${-late[0]} ms early`);
  return { p50: late[COUNT * 0.5], p99: late[COUNT * 0.99] };
}
