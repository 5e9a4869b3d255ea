/**
 * Lives beside a benchmark or a test and clears up behind it, however it ends: when the pipe to it closes, whatever was
 * not taken back is stopped and removed. A line says what there is: `{ name, pid, signal }` or `{ name, folder }`;
 * `{ name }` alone takes it back. It is in a session of its own, so Ctrl-C does not reach it.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const left = new Map();

for await (const line of createInterface(process.stdin)) {
  const { name, ...what } = JSON.parse(line);
  if ('pid' in what || 'folder' in what) left.set(name, what);
  else left.delete(name);
}
const processes = [...left.values()].filter(({ pid }) => pid);
for (const { pid, signal } of processes) send(pid, signal);
for (let waited = 0; waited < PATIENCE_MS && processes.some(({ pid }) => send(pid, 0)); waited += 50)
  await pause(50);
for (const { pid } of processes) send(pid, 'SIGKILL');
for (const { folder } of left.values())
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** @returns whether there was such a process */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
