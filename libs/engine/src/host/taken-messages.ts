/** Messages remembered; one that is older has long left the inbox. */
const MOST = 1_000;

/** Ids of inbox messages that a runner has taken in: reading the mail may bring one again whose commit is under way. */
export class TakenMessages {
  private readonly ids = new Set<string>();

  /** True the first time an id is shown. */
  isNew(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > MOST) {
      const [oldest] = this.ids;
      this.ids.delete(oldest!);
    }
    return true;
  }
}
