/** Consumed messages remembered: a look at the mail from before may still bring them. */
const MOST = 1_000;

/** Ids of inbox messages that a runner has taken in: reading the mail may bring one again whose commit is under way. */
export class TakenMessages {
  /** Still in the inbox. */
  private pending: Set<string> | null = null;
  private gone: Set<string> | null = null;

  /** True the first time an id is shown. */
  isNew(id: string): boolean {
    if (this.pending?.has(id) || this.gone?.has(id)) return false;
    this.pending ??= new Set();
    this.pending.add(id);
    return true;
  }

  /** They have left the inbox. */
  consumed(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const gone = (this.gone ??= new Set());
    for (const id of ids) {
      this.pending?.delete(id);
      gone.add(id);
      if (gone.size <= MOST) continue;
      const [oldest] = gone;
      gone.delete(oldest!);
    }
  }
}
