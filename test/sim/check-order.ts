import type { Act, Before, Prediction } from './prediction.js';
import type { Observation, Seen } from './observe.js';
import type { Undoing } from './undoing.js';
import type { Visit } from './world.js';

/** Nothing begins before what it stands behind is durable, and sees what its branch has counted until then. */
export function checkOrder(prediction: Prediction, seen: Observation, undoing: Undoing): void {
  for (const act of prediction.acts.values()) {
    for (const visit of seen.of(act.role, act.path).visits) {
      for (const before of act.after) checkBefore(act, visit, before, seen, undoing);
      checkNotTooLate(act, visit, prediction, seen);
      if (visit.local !== act.local) {
        seen.violations.push(
          `${act.path} counted ${visit.local} steps of its branch before it, not ${act.local}`,
        );
      }
      if (visit.item !== act.item) seen.violations.push(`${act.path} saw the item ${visit.item}`);
    }
  }
}

/** Nothing begins in a saga that has begun to compensate. */
function checkNotTooLate(act: Act, visit: Visit, prediction: Prediction, seen: Observation): void {
  for (const cause of prediction.acts.values()) {
    if (cause.fate !== 'fails' || !act.sagas.includes(cause.handler!)) continue;
    const { failedAt } = seen.of('do', cause.path);
    if (failedAt && failedAt.order < visit.startedAt.order) {
      seen.violations.push(`${act.path} began after ${cause.path} had failed`);
    }
  }
}

function checkBefore(act: Act, visit: Visit, before: Before, seen: Observation, undoing: Undoing): void {
  for (const { name, durableAt, decidedAt } of standsBehind(before, seen, undoing)) {
    const inOrder = durableAt !== null && durableAt.order < visit.startedAt.order;
    const passed = visit.startedAt.time - decidedAt;
    if (!inOrder) seen.violations.push(`${act.path} began before ${name} was durable`);
    else if (passed < before.gapMs) {
      seen.violations.push(`${act.path} began ${passed} ms after ${name}, not ${before.gapMs}`);
    }
  }
}

function standsBehind(
  { kind, path }: Before,
  seen: Observation,
  undoing: Undoing,
): (Seen & { name: string })[] {
  const undone = (name: string): Seen & { name: string } => ({
    ...seen.of('undo', name),
    name: `undo ${name}`,
  });
  if (kind === 'saga') return undoing.undoneBy(path).map(undone);
  if (kind === 'undo') return [undone(path)];
  const roles = (['do', 'wait', 'delay'] as const).map((role) => seen.of(role, path));
  return [{ ...(roles.find(({ durableAt }) => durableAt !== null) ?? roles[0]!), name: path }];
}
