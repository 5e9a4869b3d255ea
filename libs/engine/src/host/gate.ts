import type { Pointer } from '../state/pointer.js';

interface Held {
  readonly revision: number;
  readonly pointers: readonly Pointer[];
}

const NONE: readonly Pointer[] = [];

/** Pointers that may start once a commit under way is durable. Commits are mostly answered in the order they were sent. */
export class Gate {
  private readonly held: Held[] = [];
  /** Pointers behind the gate. */
  count = 0;

  hold(revision: number, pointers: readonly Pointer[]): void {
    if (pointers.length === 0) return;
    this.held.push({ revision, pointers });
    this.count += pointers.length;
  }

  /** The commit of a revision is durable. @returns those that may start now */
  open(revision: number): readonly Pointer[] {
    const index = this.held.findIndex((one) => one.revision === revision);
    if (index < 0) return NONE;
    const [{ pointers }] = this.held.splice(index, 1) as [Held];
    this.count -= pointers.length;
    return pointers;
  }

  all(): Pointer[] {
    return this.held.flatMap(({ pointers }) => pointers);
  }
}
