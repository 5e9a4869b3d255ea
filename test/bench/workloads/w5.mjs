import { assertRight, warmUp } from './throughput.mjs';
import { park } from './waiting.mjs';

export const title = 'W5: 500 waiting workflows, all events sent by 100 senders';

const COUNT = 500;
const SENDERS = 100;

/** What is timed first is code that nobody has run yet; a process that has been up for a while is like the third time. */
export async function run(engine, { hooks }) {
  await warmUp(engine);
  const first = await allSent(engine, hooks, 'first');
  await allSent(engine, hooks, 'second');
  return { 'ms to the last end': first, 'the third time': await allSent(engine, hooks, 'third') };
}

async function allSent(engine, hooks, prefix) {
  const { keys, starts } = await park(engine, hooks, COUNT, prefix);
  const ends = Promise.all(starts.map((started) => engine.done(started)));
  let next = 0;
  const from = performance.now();
  const sender = async () => {
    for (let i = next++; i < COUNT; i = next++) await engine.publish('bench.event', keys[i], 7);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  assertRight(await ends, COUNT, 7);
  return performance.now() - from;
}
