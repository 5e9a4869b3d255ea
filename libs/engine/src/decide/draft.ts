import { encode, type NewSubscription, type Telling } from '@workflow-runner/contract';
import type { CompiledDefinition, CompiledStep } from '../definition/compiled-definition.js';
import { keptSignalBytes, type KeptSignal } from '../state/flow.js';
import { FIRST_FORMAT, SIGNALS_FORMAT } from '../state/fold.js';
import type { InstanceState } from '../state/instance-state.js';
import type { Pointer } from '../state/pointer.js';
import { holdsValues, toRecord } from '../state/pointer-record.js';

/**
 * What one decision changes, gathered while it is made. The state is changed in place by the functions of
 * `decide/`; the draft remembers what must be written so that only dirty pointers reach the journal.
 */
export class Draft {
  private readonly dirty = new Set<Pointer>();
  private readonly removed: string[] = [];
  private locals: Set<string> | null = null;
  private flowChanged = false;
  private readonly kept: KeptSignal[] = [];
  private readonly handedOut: string[] = [];
  /** By how much the kept signals count for more than before. */
  signalBytes = 0;

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

  /** A signal that nobody waits for yet. */
  keepSignal(signal: KeptSignal): void {
    this.state.flow.signals.push(signal);
    this.kept.push(signal);
    this.signalBytes += keptSignalBytes([signal]);
  }

  handOutSignal(index: number): KeptSignal {
    const [signal] = this.state.flow.signals.splice(index, 1) as [KeptSignal];
    this.signalBytes -= keptSignalBytes([signal]);
    const fresh = this.kept.indexOf(signal);
    if (fresh >= 0) this.kept.splice(fresh, 1);
    else this.handedOut.push(signal.id);
    return signal;
  }

  /** The kept signals are others than before. */
  get signalsChanged(): boolean {
    return this.kept.length + this.handedOut.length > 0;
  }

  touchLocal(key: string): void {
    if (this.state.locals.has(key)) this.noteLocal(key);
  }

  dropLocal(key: string): void {
    if (this.state.locals.delete(key)) this.noteLocal(key);
  }

  private noteLocal(key: string): void {
    this.locals ??= new Set();
    this.locals.add(key);
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
    const flow = this.encodeFlow();
    let text = `{"v":${flow.format},"n":${this.state.nextPointer}`;
    if (this.dirty.size > 0) text += `,"p":${encodePointers(this.dirty)}`;
    if (this.removed.length > 0) text += `,"x":${JSON.stringify(this.removed)}`;
    text += data;
    if (this.locals) {
      const locals = [...this.locals].map((key) => [key, this.state.locals.get(key) ?? null] as const);
      text += `,"l":${encode(Object.fromEntries(locals), 'local')}`;
    }
    return `${text}${flow.text}}`;
  }

  /** Kept signals may be many: what is written is what has changed of them. */
  private encodeFlow(): { format: number; text: string } {
    if (!this.flowChanged && !this.signalsChanged) return SAME_FLOW;
    const { flow } = this.state;
    if (flow.signals.length === 0 && !this.signalsChanged) {
      return { format: FIRST_FORMAT, text: `,"f":${encode(flow, 'flow')}` };
    }
    const { signals: _, ...rest } = flow;
    let text = this.flowChanged ? `,"f":${encode(rest, 'flow')}` : '';
    if (this.kept.length > 0) text += `,"s":${encode(this.kept, 'signals')}`;
    if (this.handedOut.length > 0) text += `,"t":${JSON.stringify(this.handedOut)}`;
    return { format: SIGNALS_FORMAT, text };
  }
}

const SAME_FLOW = { format: FIRST_FORMAT, text: '' };

/** The whole state as JSON text: the change that makes it out of nothing. */
export function encodeSnapshot(state: InstanceState, data: string): string {
  const locals = state.locals.size > 0 ? `,"l":${encode(Object.fromEntries(state.locals), 'local')}` : '';
  const pointers = encodePointers(state.pointers.values());
  const flow = encode(state.flow, 'flow');
  return `{"v":${FIRST_FORMAT},"n":${state.nextPointer},"p":${pointers},"d":${data}${locals},"f":${flow}}`;
}

function encodePointers(pointers: Iterable<Pointer>): string {
  let text = '';
  for (const pointer of pointers) {
    const record = toRecord(pointer);
    const encoded = holdsValues(pointer) ? encode(record, 'pointer') : JSON.stringify(record);
    text += text === '' ? encoded : `,${encoded}`;
  }
  return `[${text}]`;
}
