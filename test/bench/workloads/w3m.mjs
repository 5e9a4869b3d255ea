import { setTimeout as pause } from 'node:timers/promises';
import { assertRight } from './throughput.mjs';
import { oneAtATime } from './w3.mjs';
import { park } from './waiting.mjs';

export const title =
  'W3 meanwhile: 10,000 parked, 100 in a slow step, and a reader of the live events that takes 50 ms each';

const PARKED = 10_000;
const SLOW = 100;
const SLOW_MS = 20_000;
const EVENT_MS = 50;

/** More of them than in W3, so that the slowest alone is not the p99, and warm enough to be the same code twice. */
const TIMES = { warm: 200, count: 1_000 };

export async function run(engine, { hooks }) {
  const alone = await oneAtATime(engine, TIMES);
  const { keys, starts } = await park(engine, hooks, PARKED);
  const reader = readSlowly(await engine.feed());
  const slow = await lingering(engine, hooks);
  const meanwhile = await oneAtATime(engine, TIMES);
  if (slow.ended > 0) throw new Error(`${slow.ended} of the slow steps ended before the measuring did`);
  if (!(await reader.isBehind())) throw new Error('The reader of the live events was not slow');
  assertRight(await Promise.all(slow.ends), SLOW, 1);
  await engine.publish('bench.event', keys[0], 7);
  assertRight([await engine.done(starts[0])], 1, 7);
  return {
    'p50 ms, alone': alone.p50,
    'p50 ms, meanwhile': meanwhile.p50,
    'p50, meanwhile over alone': meanwhile.p50 / alone.p50,
    'p99 ms, alone': alone.p99,
    'p99 ms, meanwhile': meanwhile.p99,
    'p99, meanwhile over alone': meanwhile.p99 / alone.p99,
  };
}

/** Resolves when all of them are in their slow step. */
async function lingering(engine, hooks) {
  let began = 0;
  hooks.began = () => (began += 1);
  const data = { n: 0, ms: SLOW_MS };
  const starts = await Promise.all(Array.from({ length: SLOW }, () => engine.start('bench-linger', data)));
  const slow = { ended: 0, ends: [] };
  const end = async (started) => {
    const ended = await engine.done(started);
    slow.ended += 1;
    return ended;
  };
  slow.ends = starts.map(end);
  while (began < SLOW) await pause(10);
  return slow;
}

function readSlowly(feed) {
  let heard = 0;
  const reading = (async () => {
    for await (const { tellings } of feed) {
      heard += tellings.length;
      await pause(EVENT_MS * tellings.length);
    }
  })();
  return {
    /** It has heard something, and much less than has happened. Ends it. */
    async isBehind() {
      feed.close();
      await reading;
      return heard > 0 && heard < TIMES.count;
    },
  };
}
