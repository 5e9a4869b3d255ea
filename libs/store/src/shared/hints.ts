import type { Hint } from '@workflow-runner/contract';

/** Who wants to be told that something may have changed. Listeners are called in a microtask of their own. */
export class Hints {
  private readonly listeners = new Set<(hint: Hint) => void>();

  get size(): number {
    return this.listeners.size;
  }

  add(listener: (hint: Hint) => void): () => void {
    const own = (hint: Hint): void => listener(hint);
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  emit(hint: Hint): void {
    for (const listener of this.listeners) queueMicrotask(() => listener(hint));
  }

  /** For what this store object wrote itself: with one listener its own writer, who has a receipt already. */
  emitToOthers(hint: Hint): void {
    if (this.listeners.size > 1) this.emit(hint);
  }
}
