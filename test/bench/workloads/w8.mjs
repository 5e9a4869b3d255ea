import { setTimeout as pause } from 'node:timers/promises';
import { memory } from '../memory.mjs';
import { assertRight, warmUp } from './throughput.mjs';
import { park } from './waiting.mjs';

export const title = 'W8: 10,000 workflows parked on an event';

const COUNT = 10_000;

export async function run(engine, { hooks }) {
  await warmUp(engine);
  await pause(2_000);
  const idle = memory(engine);
  const { keys, starts } = await park(engine, hooks, COUNT);
  await pause(2_000);
  const parked = memory(engine);
  const more = await parkedMore(engine, hooks);
  const chosen = [0, 1, 2, 3, 4, 5_000, 9_996, 9_997, 9_998, 9_999];
  for (const i of chosen) await engine.publish('bench.event', keys[i], 7);
  assertRight(await Promise.all(chosen.map((i) => engine.done(starts[i]))), chosen.length, 7);
  return {
    'MiB, idle': idle,
    'MiB, 10,000 parked': parked,
    'MiB above idle': parked - idle,
    'MiB that another 10,000 take': more - parked,
  };
}

/** What the first have needed on the way, garbage for example, is there for the next ones. */
async function parkedMore(engine, hooks) {
  await park(engine, hooks, COUNT, 'more', COUNT);
  await pause(2_000);
  return memory(engine);
}
