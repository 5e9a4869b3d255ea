import { type Commit, type LoadedInstance, type NodeIdentity } from '@workflow-runner/contract';
import { applyControl } from '../decide/apply-control.js';
import { DEADLINE } from '../decide/control-facts.js';
import { Draft } from '../decide/draft.js';
import { receive } from '../decide/waits.js';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import { DataWriter } from '../state/data-writer.js';
import { stateOf } from '../state/state-of.js';
import { earlier, nextWakeAt, type Hold } from '../decide/rest.js';
import { CommitWriter } from './commit-writer.js';
import type { Image } from './image.js';

/**
 * An instance that was claimed here but cannot be run: its workflow is not registered, or was changed under it.
 * Its mail is taken into its state and wishes that need no step are granted; then it rests again.
 *
 * @param reason `definition-changed`; null: not registered
 * @param isAudited a deadline that has passed leaves an entry
 * @param createdTold the store has told of its creation, whatever the state says
 */
export function park(
  loaded: LoadedInstance,
  node: NodeIdentity,
  now: number,
  reason: string | null,
  isAudited: boolean,
  createdTold = false,
): Commit {
  const { record } = loaded;
  const state = stateOf(loaded, null);
  state.flow.createdTold ||= createdTold;
  const data = new DataWriter(Infinity);
  data.reset(state.data);
  // Nothing below asks the definition for a step.
  const definition = NO_DEFINITION;
  const image: Image = { record, definition, state, data };
  const writer = new CommitWriter(image, node, isAudited);
  const draft = new Draft(state, definition, record.id, now, writer.nextRevision, () => false);
  for (const message of loaded.inbox) {
    draft.consumed.push(message.id);
    receive(draft, message);
  }
  const hold = grant(draft, loaded, writer, reason);
  const commit = writer.write(draft, writer.tellsOfWish ? 'control' : 'rest', null, { hold });
  if (!commit.rest || draft.ended !== null) return commit;
  if (reason !== null || commit.rest.status !== 'waiting') return commit;
  // Whoever registers the workflow finds it due at once if something in it could run.
  const { ending, signals } = state.flow;
  const couldRun =
    ending !== null || signals.length > 0 || [...state.pointers.values()].some((pointer) => pointer.isReady);
  const wakeAt = couldRun ? now : earlier(nextWakeAt(state), record.deadlineAt);
  return { ...commit, rest: { ...commit.rest, wakeAt } };
}

function grant(draft: Draft, { record }: LoadedInstance, writer: CommitWriter, reason: string | null): Hold {
  const parked: Hold = { status: 'waiting', reason };
  const asBefore: Hold =
    record.status === 'paused' ? { status: 'paused', reason: record.statusReason } : parked;
  const { control } = record;
  const isOver = record.deadlineAt !== null && record.deadlineAt <= draft.now;
  if (isOver && !draft.state.flow.ending) {
    end(draft, DEADLINE, true);
    writer.passDeadline();
    // A pause is over with it. A mark has a row of its own: its refusal of this rest brings us back.
    return parked;
  }
  if (!control) return asBefore;
  writer.honour(control);
  switch (control.action) {
    case 'pause':
      return { status: 'paused', reason: control.reason };
    case 'cancel':
    case 'terminate':
    case 'discard':
      end(draft, control.reason, control.action === 'cancel');
      return parked;
    default:
      applyControl(draft, control);
      if (control.data !== undefined) writer.settleData();
      return parked;
  }
}

/** Ends it at once where nothing can need compensation; else the wish is kept until somebody can run its steps. */
function end(draft: Draft, reason: string | null, compensate: boolean): void {
  const { flow, pointers } = draft.state;
  const undo = flow.ending?.undo ?? [];
  flow.ending = { reason, compensate, undo: compensate ? undo : [], settling: true };
  flow.halted = false;
  flow.suspended = null;
  draft.touchFlow();
  const needsSteps = [...pointers.values()].some(
    (pointer) => pointer.inSaga || pointer.undo || pointer.undoes,
  );
  if (compensate && needsSteps) return;
  for (const pointer of [...pointers.values()]) draft.remove(pointer);
  draft.ended = 'cancelled';
}

const NO_DEFINITION = { step: () => undefined } as unknown as CompiledDefinition;
