import type { NamedDefinition } from '../definition/named-definition.js';
import { newFlow, type Flow } from './flow.js';
import { Pointer } from './pointer.js';

/**
 * The state of one instance in memory: its data, its live pointers and what it goes through.
 * Pure bookkeeping: counts and indexes are kept right here and nowhere else; decisions are in `decide/`.
 */
export class InstanceState {
  data: unknown = undefined;
  readonly pointers = new Map<string, Pointer>();
  readonly locals = new Map<string, Record<string, unknown>>();
  flow: Flow = newFlow();
  nextPointer = 0;
  /** Open pointers that stand in no container. */
  openAtTop = 0;

  newPointer(
    definition: Pick<NamedDefinition, 'step'>,
    stepId: number,
    scope: string[],
    readyAt: number,
  ): Pointer {
    const pointer = new Pointer(this.nextPointer.toString(36), stepId, scope);
    this.nextPointer += 1;
    pointer.stepName = definition.step(stepId)?.name;
    pointer.readyAt = readyAt;
    return pointer;
  }

  add(pointer: Pointer): void {
    this.pointers.set(pointer.id, pointer);
    if (pointer.isOpen) this.count(pointer.container, 1);
  }

  remove(pointer: Pointer): void {
    if (this.pointers.delete(pointer.id) && pointer.isOpen) this.count(pointer.container, -1);
  }

  /** Ends an open pointer. @returns open pointers left in its container */
  end(pointer: Pointer, at: number, revision: number): number {
    pointer.endTime = new Date(at);
    pointer.endedAtRevision = revision;
    pointer.active = false;
    return this.count(pointer.container, -1);
  }

  openIn(container: string): number {
    return container === '' ? this.openAtTop : (this.pointers.get(container)?.open ?? 0);
  }

  /** Pointers inside a container, however deep; '' means all. Reads every pointer: for rare decisions only. */
  inside(container: string): Pointer[] {
    const all = [...this.pointers.values()];
    return container === '' ? all : all.filter((pointer) => pointer.scope.includes(container));
  }

  /** The object `context.local` of a branch; made on first use, as a copy of nothing. */
  local(key: string): Record<string, unknown> {
    let local = this.locals.get(key);
    if (!local) {
      local = {};
      this.locals.set(key, local);
    }
    return local;
  }

  private count(container: string, change: number): number {
    if (container === '') return (this.openAtTop += change);
    const pointer = this.pointers.get(container);
    return pointer ? (pointer.open += change) : 0;
  }
}
