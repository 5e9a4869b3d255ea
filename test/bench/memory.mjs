import { memoryOf } from './processes.mjs';

const MIB = 2 ** 20;

/** Of this process after garbage collection, and of its server, where there is one. @returns MiB */
export function memory({ serverPid }) {
  for (let i = 0; i < 3; i += 1) globalThis.gc();
  return (process.memoryUsage().rss + (serverPid ? memoryOf(serverPid) : 0)) / MIB;
}
