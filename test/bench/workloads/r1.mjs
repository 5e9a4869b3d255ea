import { fileURLToPath } from 'node:url';
import { spawnTracked } from '../../servers/clearing.mjs';
import { load, requestOf } from '../load.mjs';
import { startServer, token } from '../server.mjs';

export const title = 'R1: POST /workflow/start over 50 connections, 10 s';

const CONNECTIONS = 50;
const MS = 10_000;

export async function runProcesses(directory) {
  const bare = await bareHandler();
  const server = await startServer(directory);
  const path = '/workflow/start/default.bench-one';
  const request = requestOf({ method: 'POST', path, token: token(), body: { n: 0 } });
  const send = (port, ms) => load({ port, request, connections: CONNECTIONS, ms, status: 201 });
  await send(server.port, 1_000);
  const times = await send(server.port, MS);
  await server.stop();
  const perSecond = times.length / (MS / 1_000);
  return {
    'accepted starts/s': perSecond,
    'p50 ms': times[Math.floor(times.length * 0.5)],
    'p99 ms': times[Math.floor(times.length * 0.99)],
    'bare handler/s': bare,
    'of the bare handler': perSecond / bare,
  };
}

/** The same request to a handler of the same HTTP framework that does nothing. */
async function bareHandler() {
  const script = fileURLToPath(new URL('../bare-server.mjs', import.meta.url));
  const { child, ended } = spawnTracked(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
  const request = requestOf({ method: 'POST', path: '/', token: token(), body: { n: 0 } });
  const send = (ms) => load({ port, request, connections: CONNECTIONS, ms, status: 201 });
  await send(1_000);
  const times = await send(MS / 2);
  child.kill();
  await ended;
  return times.length / (MS / 2 / 1_000);
}
