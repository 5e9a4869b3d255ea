import type { StepContext } from '@workflow-runner/engine';
import { formatPath, type Saga } from './program.js';
import type { World } from './world.js';

export type Data = Record<string, unknown>;

/** A loop, or a saga that counts its rounds: `items` foreaches stand around it. */
export interface Counter {
  readonly label: string;
  readonly items: number;
}

/** Where a step stands in its program. */
export interface Place {
  readonly counters: readonly Counter[];
  readonly items: number;
  /** Sagas whose body begins here. */
  readonly opens: Saga | null;
}

/** Name of the counter of a loop or saga in the data. */
export function counterKey({ label, items }: Counter, outer: readonly number[], item: string): string {
  return `count ${formatPath(label, item.split('/').slice(0, items).join('/'), outer)}`;
}

export function countsOf(counters: readonly Counter[], data: Data, item: string): number[] {
  const counts: number[] = [];
  for (const counter of counters) counts.push(Number(data[counterKey(counter, counts, item)] ?? 0));
  return counts;
}

export function itemOf(context: { readonly item?: unknown }): string {
  return typeof context.item === 'string' ? context.item : '';
}

export function pathOf(
  label: string,
  place: Place,
  data: Data,
  context: { readonly item?: unknown },
): string {
  return formatPath(label, itemOf(context), countsOf(place.counters, data, itemOf(context)));
}

export function increment(data: Data, key: string): void {
  data[key] = Number(data[key] ?? 0) + 1;
}

/** The first step of a saga's body tells which pointer the saga is, and its round. */
export function noteOpened(world: World, place: Place, data: Data, context: StepContext): void {
  const counts = countsOf(place.counters, data, itemOf(context));
  counts.push(counts.pop()! + 1);
  const sagaId = context.pointer.scope.at(-1);
  if (sagaId) world.noteSaga(sagaId, formatPath(place.opens!.label, itemOf(context), counts));
}
