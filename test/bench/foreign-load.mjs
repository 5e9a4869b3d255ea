/** How much of the machine something else used during a run, and what follows from it. Decides only; reads nothing. */
import { parseStat } from './processes.mjs';

/** A run with more of it is repeated. */
export const MOST_FOREIGN = 0.2;

/** @typedef {{ total: number, busy: number, own: number }} Ticks of all CPUs, and of this process with its children */

/** @param machine text of /proc/stat @param self text of /proc/self/stat; null where there is none */
export function readTicks(machine, self) {
  if (machine === null || self === null) return null;
  const line = /^cpu +(.*)$/m.exec(machine);
  if (!line) return null;
  // What guests of this machine use is in `user` already.
  const [user, nice, system, idle, ioWait, irq, softIrq, steal] = line[1].split(' ').map(Number);
  const busy = user + nice + system + irq + softIrq + (steal ?? 0);
  const { own, ended } = parseStat(self);
  return { total: busy + idle + ioWait, busy, own: own + ended };
}

/**
 * All of the run's processes have ended, so that what they used is in `own`.
 * @returns the foreign share of all CPUs, from 0 to 1, or null when it is not known
 */
export function foreignShare(before, after) {
  if (before === null || after === null || after.total === before.total) return null;
  const foreign = after.busy - before.busy - (after.own - before.own);
  return Math.min(1, Math.max(0, foreign / (after.total - before.total)));
}

/**
 * @param shares of the tries so far, the last one last; null is not known and good enough
 * @returns 'keep' the last, 'repeat', or 'mark': none of the tries was quiet
 */
export function judge(shares, repeats) {
  const last = shares.at(-1);
  if (last === null || last <= MOST_FOREIGN) return 'keep';
  return shares.length <= repeats ? 'repeat' : 'mark';
}

/** The quietest try counts when none was quiet. */
export function quietest(tries) {
  return tries.reduce((best, each) => (each.foreign < best.foreign ? each : best));
}
