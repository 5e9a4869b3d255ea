/** Consumed messages remembered: a look at the mail from before may still bring them. */
const MOST = 1_000;

/** Ids of inbox messages that a runner has taken in: reading the mail may bring one again whose commit is under way. */
export class TakenMessages {
  /** Still in the inbox. */
  private readonly pending = new Set<string>();
  private readonly gone = new Set<string>();

  /** True the first time an id is shown. */
  isNew(id: string): boolean {
    if (this.pending.has(id) || this.gone.has(id)) return false;
    this.pending.add(id);
    return true;
  }

  /** They have left the inbox. */
  consumed(ids: readonly string[]): void {
    for (const id of ids) {
      this.pending.delete(id);
      this.gone.add(id);
      if (this.gone.size <= MOST) continue;
      const [oldest] = this.gone;
      this.gone.delete(oldest!);
    }
  }
}
