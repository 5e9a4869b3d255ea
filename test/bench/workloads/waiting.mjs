import { setTimeout as pause } from 'node:timers/promises';

/**
 * Starts workflows that wait for an event each, and resolves when all of them do.
 * @param prefix of the events' keys
 * @param before how many wait already
 */
export async function park(engine, hooks, count, prefix = 'k', before = 0) {
  let began = 0;
  hooks.began = () => (began += 1);
  const keys = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const starts = [];
  for (let i = 0; i < count; i += 100) {
    const batch = keys.slice(i, i + 100);
    starts.push(
      ...(await Promise.all(batch.map((key) => engine.start('bench-wait', { n: 0, eventKey: key })))),
    );
  }
  while (began < count) await pause(10);
  await (engine.parked?.(before + count) ?? pause(3_000));
  return { keys, starts };
}
