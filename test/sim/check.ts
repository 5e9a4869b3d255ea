import type { InstanceStatus, JournalRow } from '@workflow-runner/contract';
import { checkOrder } from './check-order.js';
import { checkUndo } from './check-undo.js';
import { interpret } from './interpret.js';
import type { Act, Prediction } from './prediction.js';
import { Observation } from './observe.js';
import type { Sequence } from './program.js';
import { Undoing, type Ending } from './undoing.js';
import type { World } from './world.js';

/** What a run has left behind. */
export interface Remains {
  readonly world: World;
  readonly rows: readonly JournalRow[];
  readonly status: InstanceStatus;
  readonly data: unknown;
  readonly ending: Ending;
}

/** Compares a run with what the interpreter says of its program. @returns what is wrong; empty when nothing is */
export function check(program: Sequence, { world, rows, status, data, ending }: Remains): string[] {
  const violations = [...world.violations];
  const prediction = interpret(program);
  const seen = new Observation(world, rows, violations);
  // It may have been through before it was asked to end.
  const ended = status === 'completed' ? 'none' : ending;
  if (status !== (ended === 'none' ? 'completed' : 'cancelled')) violations.push(`it ended ${status}`);
  checkActs(prediction, seen, ended);
  const undoing = new Undoing(prediction, seen, ended);
  checkOrder(prediction, seen, undoing);
  checkUndo(prediction, seen, undoing);
  checkData(prediction, seen, data);
  checkAnswers(prediction, seen, world);
  checkTold(rows, status, violations);
  return violations;
}

function checkActs(prediction: Prediction, seen: Observation, ending: Ending): void {
  for (const role of ['do', 'wait', 'delay'] as const) {
    for (const path of seen.paths(role)) {
      if (prediction.acts.get(path)?.role !== role) seen.violations.push(`${path} is not in the program`);
    }
  }
  for (const act of prediction.acts.values()) checkAct(act, seen, act.must && ending === 'none');
}

function checkAct(act: Act, seen: Observation, must: boolean): void {
  const { revision, retried, failed, durableAt } = seen.of(act.role, act.path);
  if (act.fate === 'completes') {
    if (must && revision === null) seen.violations.push(`${act.path} did not complete`);
    if (must && retried !== act.retries)
      seen.violations.push(`${act.path} was retried ${retried} times, not ${act.retries}`);
  } else {
    if (revision !== null) seen.violations.push(`${act.path} completed`);
    if (must && failed !== 1) seen.violations.push(`${act.path} failed ${failed} times`);
  }
  if (revision !== null && durableAt === null)
    seen.violations.push(`${act.path} completed and nobody knows when`);
}

/** The data is what the mappers of all that completed have made of it, each once. */
function checkData(prediction: Prediction, seen: Observation, data: unknown): void {
  const expected: Record<string, number> = {};
  const count = (key: string): void => void (expected[key] = (expected[key] ?? 0) + 1);
  for (const act of prediction.acts.values()) {
    if (seen.of(act.role, act.path).revision === null) continue;
    if (act.role === 'do') count(`done ${act.path}`);
    if (act.role === 'wait') count(`got ${act.path} yes`);
    const counter = /^(\w+)\.n(.*)#\d+$/.exec(act.path);
    if (counter) count(`count ${counter[1]}${counter[2]}`);
  }
  for (const path of seen.paths('undo')) if (seen.of('undo', path).revision !== null) count(`undone ${path}`);
  const found = data as Record<string, number>;
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (expected[key] !== found[key])
      seen.violations.push(`data '${key}' is ${found[key]}, not ${expected[key]}`);
  }
}

/** Nobody gets an answer before it was given. */
function checkAnswers(prediction: Prediction, seen: Observation, world: World): void {
  for (const act of prediction.acts.values()) {
    if (act.role !== 'wait') continue;
    const { durableAt } = seen.of('wait', act.path);
    if (durableAt === null) continue;
    const publishedAt = world.questions.get(act.path)?.publishedAt;
    if (!publishedAt || publishedAt.order > durableAt.order)
      seen.violations.push(`${act.path} had its answer early`);
  }
}

function checkTold(rows: readonly JournalRow[], status: InstanceStatus, violations: string[]): void {
  const told = rows.flatMap((row) => row.tell);
  for (const telling of ['created', 'started', status] as const) {
    const times = told.filter((one) => one === telling).length;
    if (times !== 1) violations.push(`'${telling}' was told ${times} times`);
  }
}
