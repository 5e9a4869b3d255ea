import type { AttemptFacts, JournalRow } from '@workflow-runner/contract';
import type { Effect } from './effects-file.js';

interface Ended {
  readonly attempt: AttemptFacts;
  readonly at: number;
  readonly node: string | null;
}

const FINAL = ['completed', 'compensated', 'failed'];

/**
 * What must hold between the effects of one instance's bodies and its history: whatever ran has an end in the
 * history, whatever ended ran, and no body began after its end was stored.
 * @param effects of this instance only
 * @param recorded tells of which steps the bodies write effects
 * @param clockErrorMs by how much store time may be behind the clock of the effects; of one file it is the same clock
 * @returns findings, empty when all is well
 */
export function auditEffects(
  effects: readonly Effect[],
  rows: readonly JournalRow[],
  recorded: (stepName: string) => boolean,
  clockErrorMs = 0,
): string[] {
  const found: string[] = [];
  const ends = endsOf(rows);
  const starts = groupByKey(effects.filter((effect) => effect.mark === 'start'));
  for (const [key, list] of starts) {
    const end = ends.get(key);
    if (!end) found.push(`${list[0]!.step} (${key}) ran, and its history has no end of it`);
    else found.push(...auditOne(key, list, end, clockErrorMs));
  }
  for (const [key, { attempt }] of ends) {
    if (recorded(attempt.stepName) && !starts.has(key)) found.push(`${attempt.stepName} (${key}) never ran`);
  }
  return found;
}

function auditOne(key: string, starts: readonly Effect[], end: Ended, clockErrorMs: number): string[] {
  const found: string[] = [];
  for (const start of starts) {
    if (start.at > end.at + clockErrorMs)
      found.push(`${start.step} (${key}) ran again ${start.at - end.at} ms after its end`);
  }
  const last = starts.reduce((latest, start) => (start.at >= latest.at ? start : latest));
  const { node, attempt } = last;
  const times = starts.filter((start) => isSameLife(start, last) && start.attempt === attempt).length;
  if (times !== 1)
    found.push(`${end.attempt.stepName} (${key}) ran ${times} times in the process where it ended`);
  if (node !== end.node)
    found.push(`${end.attempt.stepName} (${key}) ran last on ${node}, ended by ${end.node}`);
  if (attempt !== end.attempt.attempt) {
    found.push(
      `${end.attempt.stepName} (${key}) ended with attempt ${end.attempt.attempt}, and ran ${attempt}`,
    );
  }
  return found;
}

/** A process in one epoch: what it ran in an earlier one was refused, so that it may run it again. */
function isSameLife(one: Effect, other: Effect): boolean {
  return one.pid === other.pid && one.epoch === other.epoch;
}

/** Bodies that ran more than once for the same attempt: their process died between the effect and the commit. */
export function countRepeats(effects: readonly Effect[]): number {
  const starts = effects.filter((effect) => effect.mark === 'start');
  return starts.length - new Set(starts.map(({ key, attempt }) => `${key} ${attempt}`)).size;
}

/**
 * Bodies of one pointer that ran at the same time in two processes.
 * @param haltedAt when a process was killed or frozen, epoch ms by pid: what it ran counts until then
 * @returns findings, empty when there are none
 */
export function findOverlaps(effects: readonly Effect[], haltedAt: ReadonlyMap<number, number>): string[] {
  const found: string[] = [];
  for (const [key, list] of groupByKey(effects)) {
    let running: { pid: number; until: number } | null = null;
    for (const start of list.filter((effect) => effect.mark === 'start').sort((a, b) => a.at - b.at)) {
      if (running && running.pid !== start.pid && start.at < running.until) {
        found.push(`${start.step} (${key}) ran in ${running.pid} and ${start.pid} at the same time`);
      }
      running = { pid: start.pid, until: endOf(start, list, haltedAt) };
    }
  }
  return found;
}

function endOf(start: Effect, list: readonly Effect[], haltedAt: ReadonlyMap<number, number>): number {
  const halted = haltedAt.get(start.pid) ?? Infinity;
  const end = list.find(({ mark, pid, at }) => mark === 'end' && pid === start.pid && at >= start.at);
  return Math.min(end?.at ?? Infinity, halted < start.at ? Infinity : halted);
}

function endsOf(rows: readonly JournalRow[]): Map<string, Ended> {
  const ends = new Map<string, Ended>();
  for (const { attempt, at, node, instanceId } of rows) {
    if (attempt && FINAL.includes(attempt.status))
      ends.set(`${instanceId}:${attempt.pointerId}`, { attempt, at, node });
  }
  return ends;
}

function groupByKey(effects: readonly Effect[]): Map<string, Effect[]> {
  const groups = new Map<string, Effect[]>();
  for (const effect of effects) {
    if (effect.mark === 'stop') continue;
    const group = groups.get(effect.key);
    if (group) group.push(effect);
    else groups.set(effect.key, [effect]);
  }
  return groups;
}
