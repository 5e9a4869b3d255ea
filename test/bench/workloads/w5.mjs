import { assertRight, warmUp } from './throughput.mjs';
import { park } from './waiting.mjs';

export const title = 'W5: 500 waiting workflows, all events sent by 100 senders';

const COUNT = 500;
const SENDERS = 100;

export async function run(engine, { hooks }) {
  await warmUp(engine);
  const { keys, starts } = await park(engine, hooks, COUNT);
  const ends = Promise.all(starts.map((started) => engine.done(started)));
  let next = 0;
  const from = performance.now();
  const sender = async () => {
    for (let i = next++; i < COUNT; i = next++) await engine.publish('bench.event', keys[i], 7);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  assertRight(await ends, COUNT, 7);
  return { 'ms to the last end': performance.now() - from };
}
