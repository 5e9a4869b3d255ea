import { decode } from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import type { Flow, KeptSignal } from './flow.js';
import { InstanceState } from './instance-state.js';
import type { Pointer } from './pointer.js';
import { fromRecord, type PointerRecord } from './pointer-record.js';

/**
 * Formats of snapshots and changes. A text names the oldest one that has all its fields: a version that does not know
 * it refuses the text instead of leaving something out.
 */
export const FIRST_FORMAT = 1;
/** With `s`, `t`, or `f` without its signals. */
export const SIGNALS_FORMAT = 2;

/**
 * What one commit changed, or, with everything in it, a snapshot. A snapshot is the change that makes a state out of nothing, so one function reads both.
 */
export interface Change {
  v: number;
  /** Next pointer number. */
  n?: number;
  /** Pointers that are new or changed. */
  p?: PointerRecord[];
  /** Ids of pointers that have left the live set. */
  x?: string[];
  /** The whole data. */
  d?: unknown;
  /** Top-level keys of the data that changed. */
  k?: Record<string, unknown>;
  /** Top-level keys of the data that went. */
  r?: string[];
  /** Locals that changed; null: gone. */
  l?: Record<string, Record<string, unknown> | null>;
  /** Without signals: they are those of before. */
  f?: Omit<Flow, 'signals'> & Partial<Pick<Flow, 'signals'>>;
  /** Signals that nobody waited for, in order. */
  s?: KeptSignal[];
  /** Ids of those that were handed out. */
  t?: string[];
}

/** Folds a snapshot and the changes after it into the state they stand for. Pure. @internal */
export function fold(
  snapshot: string,
  tail: readonly string[],
  definition: CompiledDefinition | null,
): InstanceState {
  const pointers = new Map<string, PointerRecord>();
  const state = new InstanceState();
  apply(state, pointers, decode(snapshot) as Change);
  for (const change of tail) if (change !== '') apply(state, pointers, decode(change) as Change);
  // Containers come before their children, so that each finds its place: ids grow with time, but not as strings.
  const sorted = [...pointers.values()].sort((a, b) => parseInt(a.i, 36) - parseInt(b.i, 36));
  for (const record of sorted) state.add(pointerOf(record, definition));
  return state;
}

function pointerOf(record: PointerRecord, definition: CompiledDefinition | null): Pointer {
  return fromRecord(record, definition?.step(record.s)?.name);
}

function apply(state: InstanceState, pointers: Map<string, PointerRecord>, change: Change): void {
  if (change.v > SIGNALS_FORMAT) throw new Error(`State format ${change.v} was written by a newer version`);
  if (change.n !== undefined) state.nextPointer = change.n;
  if ('d' in change) state.data = change.d;
  if (change.k) Object.assign(state.data as object, change.k);
  for (const key of change.r ?? []) delete (state.data as Record<string, unknown>)[key];
  for (const record of change.p ?? []) pointers.set(record.i, record);
  for (const id of change.x ?? []) pointers.delete(id);
  for (const [key, local] of Object.entries(change.l ?? {})) {
    if (local) state.locals.set(key, local);
    else state.locals.delete(key);
  }
  if (change.f) state.flow = { ...change.f, signals: change.f.signals ?? state.flow.signals };
  if (change.t) {
    const handedOut = new Set(change.t);
    state.flow.signals = state.flow.signals.filter(({ id }) => !handedOut.has(id));
  }
  for (const signal of change.s ?? []) state.flow.signals.push(signal);
}
