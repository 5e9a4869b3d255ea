import type { InstanceRecord, NodeRecord } from '@workflow-runner/contract';
import { PointerStatus } from 'workflow-es';
import type { InstanceState } from '../state/instance-state.js';
import type { Pointer } from '../state/pointer.js';

export type WaitingFor =
  | 'event'
  | 'timer'
  | 'retry'
  | 'delay'
  | 'running'
  | 'children'
  | 'slot'
  | 'paused'
  | 'failed'
  | 'unregistered'
  | 'definition-changed'
  | 'unreadable'
  | 'suspect';

/**
 * What one pointer waits for, since when and until when; times in epoch ms. Of an instance whose state cannot be read
 * there is one entry, whose `pointerId` and `stepName` are empty.
 */
export interface PointerExplanation {
  readonly pointerId: string;
  readonly stepName: string;
  readonly waitingFor: WaitingFor;
  /** Node that runs it. */
  readonly owner?: string;
  readonly eventName?: string;
  readonly eventKey?: string;
  readonly attempt?: number;
  readonly since?: number;
  readonly until?: number;
  /** Of a compensation: the steps that are left to undo what was done, this one first. */
  readonly leftToUndo?: readonly string[];
}

/**
 * Answers "why does it stand there". Starts of attempts are not written, so of a running step only is known who
 * owns the instance and since when the step was due.
 * @internal
 */
export function explain(
  record: InstanceRecord,
  state: InstanceState,
  nodes: readonly NodeRecord[],
  nameOf: (stepId: number) => string,
): PointerExplanation[] {
  if (record.status === 'completed' || record.status === 'cancelled') return [];
  const registered = nodes.some(
    (node) => node.state === 'alive' && node.workflowIds.includes(record.workflowId),
  );
  const leaves = [...state.pointers.values()].filter((pointer) => pointer.isOpen && pointer.open === 0);
  return leaves.map((pointer) => ({
    pointerId: pointer.id,
    stepName: pointer.stepName ?? nameOf(pointer.stepId),
    ...explainPointer(record, pointer, registered),
    ...(pointer.undoes ? { leftToUndo: leftToUndo(state, pointer).map(nameOf) } : {}),
  }));
}

/** Nothing but its row is known: when it is tried again. */
export function explainUnreadable({
  status,
  owner,
  updatedAt,
  wakeAt,
}: InstanceRecord): PointerExplanation[] {
  if (status === 'completed' || status === 'cancelled') return [];
  const until = owner === null && wakeAt !== null ? { until: wakeAt } : {};
  return [{ pointerId: '', stepName: '', waitingFor: 'unreadable', since: updatedAt, ...until }];
}

function leftToUndo(state: InstanceState, pointer: Pointer): number[] {
  const handler = state.pointers.get(pointer.scope.findLast((id) => state.pointers.get(id)?.undo) ?? '');
  const rest = handler?.undo ?? state.flow.ending?.undo ?? [];
  return [pointer.stepId, ...rest.map((undo) => undo.stepId)];
}

type Explanation = Omit<PointerExplanation, 'pointerId' | 'stepName'>;

function explainPointer(record: InstanceRecord, pointer: Pointer, registered: boolean): Explanation {
  const since = pointer.readyAt || record.createdAt;
  if (record.status === 'paused') return { waitingFor: 'paused', since: record.pausedAt ?? record.updatedAt };
  if (pointer.status === PointerStatus.Failed) {
    return { waitingFor: 'failed', since: record.updatedAt, attempt: pointer.retryCount };
  }
  if (record.statusReason === 'definition-changed')
    return { waitingFor: 'definition-changed', since: record.updatedAt };
  if (record.statusReason === 'unreadable') {
    return {
      waitingFor: 'unreadable',
      since: record.updatedAt,
      ...(record.wakeAt !== null && { until: record.wakeAt }),
    };
  }
  if (!registered && record.owner === null) return { waitingFor: 'unregistered', since };
  if (record.status === 'pending' && record.statusReason === 'slot')
    return { waitingFor: 'slot', since: record.updatedAt };
  if (pointer.status === PointerStatus.WaitingForEvent) {
    const until = pointer.sleepUntil === null ? {} : { until: pointer.sleepUntil };
    return {
      waitingFor: 'event',
      since,
      eventName: pointer.eventName ?? '',
      eventKey: String(pointer.eventKey),
      ...until,
    };
  }
  if (pointer.status === PointerStatus.Sleeping && pointer.sleepUntil !== null) {
    const waitingFor = pointer.retryCount > 0 ? 'retry' : 'timer';
    return { waitingFor, since, until: pointer.sleepUntil, attempt: pointer.retryCount + 1 };
  }
  if (record.status === 'pending' && record.wakeAt !== null && record.wakeAt > record.createdAt) {
    return { waitingFor: 'delay', since: record.createdAt, until: record.wakeAt };
  }
  if (record.owner === null) return { waitingFor: 'slot', since };
  const waitingFor = pointer.marked || pointer.crashes > 0 ? 'suspect' : 'running';
  return { waitingFor, owner: record.owner.nodeId, since, attempt: pointer.retryCount + 1 };
}
