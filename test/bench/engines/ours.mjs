import { join } from 'node:path';
import { SystemClock } from '@workflow-runner/engine';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { openNest } from './nest.mjs';

/** This engine as its users have it: in a Nest application, steps made with `new`. */
export const open = (directory, hooks) => openNest(directory, hooks, null);

/** @returns keys of the steps whose end was durable */
export async function finishedSteps(directory, ids) {
  const store = new SqliteStore({ path: join(directory, 'bench.db'), clock: new SystemClock() });
  await store.open();
  const finished = new Set();
  for (const id of ids) {
    const { items } = await store.history(id, { limit: 100 });
    for (const { attempt } of items)
      if (attempt?.status === 'completed') finished.add(`${id}:${attempt.pointerId}`);
  }
  await store.close();
  return finished;
}
