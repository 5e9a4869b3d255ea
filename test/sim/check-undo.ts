import type { Prediction } from './prediction.js';
import type { Observation } from './observe.js';
import type { Undoable, Undoing } from './undoing.js';
import type { Visit } from './world.js';

/** What was completed is undone once, with its item, in reverse order, one at a time, and nothing else is undone. */
export function checkUndo(prediction: Prediction, seen: Observation, undoing: Undoing): void {
  const known = new Set(undoing.undoables.map(({ path }) => path));
  for (const path of seen.paths('undo'))
    if (!known.has(path)) seen.violations.push(`undo ${path} is unknown`);
  for (const undoable of undoing.undoables) checkOne(undoable, seen);
  const handlers = new Set(undoing.undoables.map(({ handler }) => handler));
  for (const handler of handlers) {
    const group = undoing.undoables.filter(
      (undoable) => undoable.handler === handler && isUndone(undoable, seen),
    );
    checkReverse(group, seen);
    checkOpenSagas(group, prediction, seen);
    checkAlone(handler, group, prediction, seen);
  }
}

function isUndone({ path }: Undoable, seen: Observation): boolean {
  return seen.of('undo', path).revision !== null;
}

function checkOne({ path, item, local, least, most }: Undoable, seen: Observation): void {
  const { revision, visits } = seen.of('undo', path);
  if (revision === null && least > 0) seen.violations.push(`${path} was not undone`);
  if (visits.length > 0 && most === 0) seen.violations.push(`${path} was undone`);
  for (const visit of visits) {
    if (visit.item !== item) seen.violations.push(`undo ${path} saw the item ${visit.item}`);
    if (visit.local < local) seen.violations.push(`undo ${path} saw another branch's local`);
  }
}

/** What failed first, then what completed, the last first; a saga before what was in it. */
function checkReverse(group: readonly Undoable[], seen: Observation): void {
  const revisionOf = ({ path }: Undoable): number => seen.of('undo', path).revision!;
  const completed = group
    .filter(({ completedAt }) => completedAt !== null)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  completed.forEach((undoable, index) => {
    const next = completed[index + 1];
    if (!next) return;
    const later = next.completedAt! > undoable.completedAt!;
    const together =
      next.completedAt === undoable.completedAt && next.saga !== null && undoable.saga === null;
    if (later || together) seen.violations.push(`${undoable.path} was undone before ${next.path}`);
  });
  for (const cause of group.filter(({ isCause }) => isCause)) {
    for (const other of completed) {
      if (revisionOf(other) < revisionOf(cause))
        seen.violations.push(`${other.path} was undone before ${cause.path}, which failed`);
    }
  }
}

/** A saga that compensates itself, or is swept away, is undone behind all that was in it. */
function checkOpenSagas(group: readonly Undoable[], prediction: Prediction, seen: Observation): void {
  for (const saga of group.filter((one) => one.saga === 'open')) {
    for (const inner of group) {
      const around = prediction.acts.get(inner.path)?.sagas ?? prediction.sagas.get(inner.path)?.sagas ?? [];
      if (!around.includes(saga.path)) continue;
      const [own, other] = [saga, inner].map(({ path }) => seen.of('undo', path).revision!);
      if (own! < other!)
        seen.violations.push(`saga ${saga.path} was undone before ${inner.path}, which is in it`);
    }
  }
}

/** While something is undone, nothing else of the same handler is undone, and nothing in it is at work. */
function checkAlone(
  handler: string,
  group: readonly Undoable[],
  prediction: Prediction,
  seen: Observation,
): void {
  const undos = group.flatMap(({ path }) => seen.of('undo', path).visits);
  const inside = [...prediction.acts.values()].filter(({ sagas }) => sagas.includes(handler));
  const works = inside.flatMap(({ path }) => seen.of('do', path).visits);
  for (const undo of undos) {
    for (const other of [...undos, ...works]) {
      if (other !== undo && overlap(undo, other)) {
        seen.violations.push(`undo ${undo.path} ran beside ${other.role} ${other.path}`);
      }
    }
  }
}

function overlap(a: Visit, b: Visit): boolean {
  const end = (visit: Visit): number => visit.endedAt?.order ?? Infinity;
  return a.startedAt.order < end(b) && b.startedAt.order < end(a);
}
