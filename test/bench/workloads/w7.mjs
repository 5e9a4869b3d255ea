import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawnTracked } from '../../servers/clearing.mjs';

export const title = 'W7: kill -9 half-way through 200 workflows of ten 20 ms steps';

const WORKFLOWS = 200;
const HALF = 1_000;

/** Runs its own processes: one that is killed, one that goes on in the same folder, with the same server. */
export async function runProcesses(directory, engine) {
  const { finishedSteps } = await import(`../engines/${engine}.mjs`);
  const ids = await firstProcess(directory, engine);
  const finished = await finishedSteps(directory, ids);
  const from = performance.now();
  const second = start(engine, directory, 'second', JSON.stringify(ids));
  let right = 0;
  let ms = NaN;
  for await (const line of second.lines) {
    if (!line.startsWith('done ')) continue;
    ms = performance.now() - from;
    right = Number(line.slice(5));
  }
  await second.ended;
  const effects = readFileSync(join(directory, 'effects.txt'), 'utf8').split('\n');
  const finishedIn = (phase) =>
    effects.filter((line) => line.startsWith(`${phase} `) && finished.has(line.slice(phase.length + 1)));
  // Each finished step is one that the first process ran; a workflow may have one more in flight.
  const known = finishedIn('first').length;
  if (known !== finished.size || known < HALF - WORKFLOWS || known === 2 * HALF)
    throw new Error(`${finished.size} steps were finished when it died, ${known} of them were seen to run`);
  return {
    'ms to all done': ms,
    lost: ids.length - right,
    'finished steps repeated': finishedIn('second').length,
  };
}

async function firstProcess(directory, engine) {
  const child = start(engine, directory, 'first');
  let ids = null;
  let steps = 0;
  for await (const line of child.lines) {
    if (line === 'step') steps += 1;
    else if (line.startsWith('started ')) ids = JSON.parse(line.slice(8));
    if (ids && steps >= HALF) child.process.kill('SIGKILL');
  }
  await child.ended;
  return ids;
}

function start(engine, directory, ...args) {
  const script = fileURLToPath(new URL('../w7-child.mjs', import.meta.url));
  const { child, ended } = spawnTracked(process.execPath, [script, engine, directory, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: child, lines: createInterface(child.stdout), ended };
}
