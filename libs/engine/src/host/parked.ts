import { decode, type Commit, type LoadedInstance, type NodeIdentity } from '@workflow-runner/contract';
import { applyControl } from '../decide/apply-control.js';
import { Draft } from '../decide/draft.js';
import { receive } from '../decide/waits.js';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import { DataWriter } from '../state/data-writer.js';
import { fold } from '../state/fold.js';
import { earlier, nextWakeAt, type Hold } from '../decide/rest.js';
import { CommitWriter } from './commit-writer.js';
import type { Image } from './image.js';

/**
 * An instance that was claimed here but cannot be run: its workflow is not registered, or was changed under it.
 * Its mail is taken into its state and wishes that need no step are granted; then it rests again.
 *
 * @param reason `definition-changed`; null: not registered
 */
export function park(loaded: LoadedInstance, node: NodeIdentity, now: number, reason: string | null): Commit {
  const { record } = loaded;
  const state = fold(loaded.snapshot, loaded.tail, null);
  const data = new DataWriter(Infinity);
  data.reset(state.data);
  // Nothing below asks the definition for a step.
  const definition = NO_DEFINITION;
  const image: Image = { record, definition, state, data };
  const writer = new CommitWriter(image, node);
  const draft = new Draft(state, definition, record.id, now, writer.nextRevision, () => false);
  for (const message of loaded.inbox) {
    draft.consumed.push(message.id);
    receive(draft, message);
  }
  const hold = grant(draft, loaded, writer, reason);
  if (record.control?.data !== undefined) {
    state.data = decode(record.control.data);
    writer.settleData();
  }
  const commit = writer.write(draft, record.control ? 'control' : 'rest', null, { hold });
  if (!commit.rest || draft.ended !== null) return commit;
  // A deadline that has been noticed must not make it due again: what is left to do waits for its steps.
  const isEnding = state.flow.ending !== null;
  if (isEnding && reason !== null) return { ...commit, rest: { ...commit.rest, wakeAt: null } };
  if (reason !== null || commit.rest.status !== 'waiting') return commit;
  // Whoever registers the workflow finds it due at once if something in it could run.
  const couldRun =
    state.flow.ending !== null || [...state.pointers.values()].some((pointer) => pointer.isReady);
  const wakeAt = couldRun ? now : earlier(nextWakeAt(state), record.deadlineAt);
  return { ...commit, rest: { ...commit.rest, wakeAt } };
}

function grant(
  draft: Draft,
  { record }: LoadedInstance,
  writer: CommitWriter,
  reason: string | null,
): Hold | null {
  const parked: Hold = { status: 'waiting', reason };
  const paused: Hold = { status: 'paused', reason: record.statusReason };
  const { control } = record;
  const isOver = record.deadlineAt !== null && record.deadlineAt <= draft.now;
  if (isOver && !draft.state.flow.ending) end(draft, 'DEADLINE', true);
  if (!control) return record.status === 'paused' ? paused : parked;
  writer.honour(control.at);
  switch (control.action) {
    case 'pause':
      return { status: 'paused', reason: control.reason };
    case 'cancel':
    case 'terminate':
      end(draft, control.reason, control.action === 'cancel');
      return parked;
    default:
      applyControl(draft, control);
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
