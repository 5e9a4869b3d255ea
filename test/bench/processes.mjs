/** What a server and the processes it has begun use, from /proc; NaN where there is none. */
import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

/** Of a process, its children and those of them that have ended. */
export function cpuMsOf(pid) {
  const family = familyOf(pid);
  if (family.length === 0) return NaN;
  const ticks = family.map(({ own, ended }) => own + ended);
  return ticks.reduce((sum, each) => sum + each, 0) * MS_PER_TICK;
}

/** Memory that is shared counts once: each process has its part of it. */
export function memoryOf(pid) {
  const family = familyOf(pid);
  if (family.length === 0) return NaN;
  const kib = family.map((process_) => {
    const rollup = readOrNull(`/proc/${process_.pid}/smaps_rollup`);
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup ?? '')?.[1] ?? NaN);
  });
  return kib.reduce((sum, each) => sum + each, 0) * 1024;
}

/** @param text of /proc/<pid>/stat; the name of the program may hold anything, also brackets */
export function parseStat(text) {
  const [, parent, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(9, 13).map(Number);
  return { parent: Number(parent), own: user + system, ended: endedUser + endedSystem };
}

export function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function familyOf(pid) {
  const all = readdirOrNone('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), text: readOrNull(`/proc/${name}/stat`) }))
    .filter(({ text }) => text !== null)
    .map((found) => ({ pid: found.pid, ...parseStat(found.text) }));
  const family = all.filter((process_) => process_.pid === pid);
  // Grows while it is walked.
  for (const { pid: parent } of family) family.push(...all.filter((process_) => process_.parent === parent));
  return family;
}

function readdirOrNone(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
