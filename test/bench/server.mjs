import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawnTracked } from '../servers/clearing.mjs';

const SECRET = 'a secret of the benchmark, long enough';
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The built server on a folder. @returns its port and how long it took to be ready, in ms */
export async function startServer(directory) {
  const from = performance.now();
  const { child, ended } = spawnTracked(process.execPath, [path('../../dist/main.js')], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      JWT_SECRET: SECRET,
      WORKFLOW_DB: `sqlite:${join(directory, 'bench.db')}`,
      WORKFLOW_MODULES: path('server-workflows.mjs'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await firstPort(child);
  while ((await fetch(`http://127.0.0.1:${port}/health/ready`)).status !== 200);
  const readyMs = performance.now() - from;
  return { port, readyMs, stop: () => (child.kill('SIGTERM'), ended) };
}

/** The server's own log, then whatever it says is thrown away. */
async function firstPort(child) {
  const lines = createInterface(child.stdout);
  for await (const line of lines) {
    const port = /"address":"http:\/\/[^"]*:(\d+)"/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return Number(port);
  }
  throw new Error('The server ended before it listened');
}

export function token() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'bench', roles: ['admin'], exp })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}
