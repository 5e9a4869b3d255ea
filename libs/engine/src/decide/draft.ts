import { encode, type NewSubscription, type Telling } from '@workflow-runner/contract';
import type { CompiledDefinition, CompiledStep } from '../definition/compiled-definition.js';
import { STATE_FORMAT } from '../state/fold.js';
import type { InstanceState } from '../state/instance-state.js';
import type { Pointer } from '../state/pointer.js';
import { toRecord } from '../state/pointer-record.js';

/**
 * What one decision changes, gathered while it is made. The state is changed in place by the functions of
 * `decide/`; the draft remembers what must be written so that only dirty pointers reach the journal.
 */
export class Draft {
  private readonly dirty = new Set<Pointer>();
  private readonly removed: string[] = [];
  private readonly locals = new Set<string>();
  private flowChanged = false;

  readonly subscribe: NewSubscription[] = [];
  readonly unsubscribe: string[] = [];
  readonly consumed: string[] = [];
  readonly tell: Telling[] = [];
  /** Pointers that became ready by this decision; they may start once it is durable. */
  readonly woken: Pointer[] = [];
  /** Nothing is left to run and nothing to undo: how the instance ends. */
  ended: 'completed' | 'cancelled' | null = null;

  constructor(
    readonly state: InstanceState,
    readonly definition: CompiledDefinition,
    readonly instanceId: string,
    /** Store time of the decision under way, epoch ms. */
    public now: number,
    /** Revision the commit will make. */
    readonly revision: number,
    /** Which pointers are being executed at this moment, the one decided about left out. */
    readonly isRunning: (pointer: Pointer) => boolean,
  ) {}

  stepOf(pointer: Pointer): CompiledStep {
    const step = this.definition.step(pointer.stepId);
    if (!step) throw new Error(`${this.definition.workflowId} has no step ${pointer.stepId}`);
    return step;
  }

  touch(pointer: Pointer): void {
    this.dirty.add(pointer);
  }

  touchFlow(): void {
    this.flowChanged = true;
  }

  touchLocal(key: string): void {
    if (this.state.locals.has(key)) this.locals.add(key);
  }

  dropLocal(key: string): void {
    if (this.state.locals.delete(key)) this.locals.add(key);
  }

  /** A new pointer, or one that may run again. */
  ready(pointer: Pointer): void {
    this.dirty.add(pointer);
    this.woken.push(pointer);
  }

  add(pointer: Pointer): void {
    this.state.add(pointer);
    this.ready(pointer);
  }

  remove(pointer: Pointer): void {
    this.dropSubscription(pointer);
    this.state.remove(pointer);
    this.dirty.delete(pointer);
    this.removed.push(pointer.id);
  }

  dropSubscription(pointer: Pointer): void {
    if (pointer.subscriptionId === null) return;
    this.unsubscribe.push(pointer.subscriptionId);
    pointer.subscriptionId = null;
  }

  /** Earliest moment for which a changed pointer sleeps, epoch ms; null: none does. */
  earliestSleep(): number | null {
    let earliest: number | null = null;
    for (const { sleepUntil, endTime } of this.dirty) {
      if (sleepUntil !== null && endTime === null && (earliest === null || sleepUntil < earliest))
        earliest = sleepUntil;
    }
    return earliest;
  }

  /**
   * The journal row's change as JSON text. `data` is a piece that begins with a comma, or empty.
   * @throws {DataNotSerializableError} a pointer holds something that cannot be stored
   */
  encode(data: string): string {
    let text = `{"v":${STATE_FORMAT},"n":${this.state.nextPointer}`;
    if (this.dirty.size > 0) text += `,"p":${encodePointers(this.dirty)}`;
    if (this.removed.length > 0) text += `,"x":${JSON.stringify(this.removed)}`;
    text += data;
    if (this.locals.size > 0) {
      const locals = [...this.locals].map((key) => [key, this.state.locals.get(key) ?? null] as const);
      text += `,"l":${encode(Object.fromEntries(locals), 'local')}`;
    }
    if (this.flowChanged) text += `,"f":${encode(this.state.flow, 'flow')}`;
    return `${text}}`;
  }
}

/** The whole state as JSON text: the change that makes it out of nothing. */
export function encodeSnapshot(state: InstanceState, data: string): string {
  const locals = state.locals.size > 0 ? `,"l":${encode(Object.fromEntries(state.locals), 'local')}` : '';
  const pointers = encodePointers(state.pointers.values());
  const flow = encode(state.flow, 'flow');
  return `{"v":${STATE_FORMAT},"n":${state.nextPointer},"p":${pointers},"d":${data}${locals},"f":${flow}}`;
}

function encodePointers(pointers: Iterable<Pointer>): string {
  let text = '';
  for (const pointer of pointers) text += (text === '' ? '' : ',') + encode(toRecord(pointer), 'pointer');
  return `[${text}]`;
}
