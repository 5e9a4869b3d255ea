import { setTimeout as pause } from 'node:timers/promises';
import { memory } from '../memory.mjs';
import { assertRight, warmUp } from './throughput.mjs';
import { park } from './waiting.mjs';

export const title = 'W8: 10,000 workflows parked on an event';

export async function run(engine, { hooks }) {
  await warmUp(engine);
  await pause(2_000);
  const idle = memory(engine);
  const { keys, starts } = await park(engine, hooks, 10_000);
  await pause(2_000);
  const parked = memory(engine);
  const chosen = [0, 1, 2, 3, 4, 5_000, 9_996, 9_997, 9_998, 9_999];
  for (const i of chosen) await engine.publish('bench.event', keys[i], 7);
  assertRight(await Promise.all(chosen.map((i) => engine.done(starts[i]))), chosen.length, 7);
  return { 'MiB, idle': idle, 'MiB, 10,000 parked': parked, 'MiB above idle': parked - idle };
}
