import { open } from '../engines/ours.mjs';
import { startServer } from '../server.mjs';
import { park } from './waiting.mjs';

export const title = 'C1: from the start of a process to ready';

const PARKED = 100_000;

export async function runProcesses(directory) {
  const empty = await cold(directory);
  const hooks = {};
  const engine = await open(directory, hooks);
  await park(engine, hooks, PARKED);
  await engine.close();
  const parked = await cold(directory);
  const from = performance.now();
  const again = await open(directory, {});
  const inProcess = performance.now() - from;
  await again.close();
  return {
    'server, empty store, ms': empty,
    'server, 100,000 parked, ms': parked,
    'in a process, 100,000 parked, ms': inProcess,
  };
}

async function cold(directory) {
  const { readyMs, stop } = await startServer(directory);
  await stop();
  return readyMs;
}
