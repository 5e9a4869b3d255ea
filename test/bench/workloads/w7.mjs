import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '@workflow-runner/engine';
import { SqliteStore } from '@workflow-runner/store/sqlite';

export const title = 'W7: kill -9 half-way through 200 workflows of ten 20 ms steps';

/** Runs its own processes: one that is killed, one that goes on in the same folder. */
export async function runProcesses(directory) {
  const ids = await firstProcess(directory);
  const finished = await finishedBefore(directory, ids);
  const from = performance.now();
  const second = start(directory, 'second', JSON.stringify(ids));
  let right = 0;
  let ms = NaN;
  for await (const line of second.lines) {
    if (!line.startsWith('done ')) continue;
    ms = performance.now() - from;
    right = Number(line.slice(5));
  }
  const again = readFileSync(join(directory, 'effects.txt'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('second ') && finished.has(line.slice(7)));
  return { 'ms to all done': ms, lost: ids.length - right, 'finished steps repeated': again.length };
}

async function firstProcess(directory) {
  const child = start(directory, 'first');
  let ids = null;
  let steps = 0;
  for await (const line of child.lines) {
    if (line === 'step') steps += 1;
    else if (line.startsWith('started ')) ids = JSON.parse(line.slice(8));
    if (ids && steps >= 1_000) child.process.kill('SIGKILL');
  }
  await child.ended;
  return ids;
}

/** Idempotency keys of the steps whose end was durable when the process died. */
async function finishedBefore(directory, ids) {
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

function start(directory, ...args) {
  const script = fileURLToPath(new URL('../w7-child.mjs', import.meta.url));
  const process_ = spawn(process.execPath, [script, directory, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: process_, lines: createInterface(process_.stdout), ended: once(process_, 'exit') };
}
