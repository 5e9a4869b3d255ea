import { StepCrashedError } from '@workflow-runner/contract';
import type { Pointer } from '../state/pointer.js';
import type { InstanceState } from '../state/instance-state.js';
import type { SuspectLane } from './suspect-lane.js';

/** Deaths of an instance's owner after which its pointers in flight are run under a start mark. */
const DEATHS_BEFORE_MARKS = 2;

/** The pointers of one instance that may have killed their process. Bystanders are never blamed: only marks count. */
export class Suspects {
  private ids: Set<string> | null = null;
  private holding: Pointer | null = null;

  constructor(private readonly lane: SuspectLane) {}

  /**
   * After a claim: counts a death against every pointer that had a mark.
   * @returns those that reached `maxCrashes`, with the error they fail with
   */
  count(
    state: InstanceState,
    crashes: number,
    maxCrashes: number,
    nameOf: (pointer: Pointer) => string,
  ): { pointer: Pointer; error: StepCrashedError | null }[] {
    const counted: { pointer: Pointer; error: StepCrashedError | null }[] = [];
    for (const pointer of state.pointers.values()) {
      if (!pointer.isReady || pointer.open > 0) continue;
      if (pointer.marked) {
        pointer.marked = false;
        pointer.crashes += 1;
        const over = pointer.crashes >= maxCrashes;
        counted.push({
          pointer,
          error: over ? new StepCrashedError(nameOf(pointer), pointer.crashes) : null,
        });
        if (over) continue;
      }
      if (crashes >= DEATHS_BEFORE_MARKS) (this.ids ??= new Set()).add(pointer.id);
    }
    return counted;
  }

  get none(): boolean {
    return this.ids === null || this.ids.size === 0;
  }

  /** The pointer for which the lane is held. */
  get held(): Pointer | null {
    return this.holding;
  }

  needsMark(pointer: Pointer): boolean {
    return this.ids !== null && this.ids.has(pointer.id) && !pointer.marked;
  }

  /** Waits for the lane; `begin` may make the mark durable. */
  enter(pointer: Pointer, begin: () => void): void {
    this.lane.enter(() => {
      this.holding = pointer;
      begin();
    });
  }

  /** The pointer has been heard of: it did not kill anybody. Its lane is still held. */
  acquit(pointer: Pointer): void {
    this.ids?.delete(pointer.id);
  }

  /** Frees the lane; the next suspect begins before this returns. */
  leave(pointer: Pointer | null): void {
    if (this.holding === null || (pointer !== null && pointer !== this.holding)) return;
    this.holding = null;
    this.lane.leave();
  }
}
