import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { spawnTracked } from './clearing.mjs';

const START_MS = 30_000;

/**
 * Starts a server and waits until its log says that it is ready.
 * @param log a file; what was in it is gone @param ready text of the log
 * @param signal that ends the server and all of its processes
 */
export async function startServerProcess({ command, args, options, log, ready, signal }) {
  const file = openSync(log, 'w');
  const { child, ended } = spawnTracked(command, args, { ...options, stdio: ['ignore', file, file] }, signal);
  closeSync(file);
  let exit = null;
  ended.then(
    (code) => (exit = String(code)),
    (error) => (exit = error.message),
  );
  const stop = async () => {
    child.kill(signal);
    await ended;
  };
  for (const from = performance.now(); !readFileSync(log, 'utf8').includes(ready); await pause(20)) {
    if (exit === null && performance.now() - from < START_MS) continue;
    if (exit === null) await stop();
    const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ');
    throw new Error(`${command} did not start (${exit ?? 'no answer'}): ${said}`);
  }
  return { pid: child.pid, ended, stop };
}

/** @returns path of a program on PATH or in one of the folders, or null */
export function findProgram(name, folders = []) {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...onPath, ...folders].map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** @returns the version that a program names, or null when there is no such program */
export function versionOf(path) {
  if (path === null) return null;
  return /\d+\.[\d.]+/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[0] ?? null;
}

/** Where Debian keeps what belongs to the newest PostgreSQL, which is not on PATH. */
export function postgresFolders() {
  const home = '/usr/lib/postgresql';
  if (!existsSync(home)) return [];
  const versions = readdirSync(home).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(home, version, 'bin'));
}

/** @returns a port on which nothing listens now */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @returns uid and gid of a user, or null when there is none */
export function userIds(name) {
  const ask = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return null;
  }
}
