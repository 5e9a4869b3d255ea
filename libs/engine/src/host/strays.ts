import type { InstanceRecord, NodeIdentity } from '@workflow-runner/contract';
import { messageOf } from './message-of.js';
import type { HostServices } from './services.js';

export interface StraysOwner {
  readonly node: NodeIdentity | null;
  has(instanceId: string): boolean;
  /** Something is due again. */
  ask(): void;
}

/** An instance that was just claimed may be on its way to its runner: only those that stand so long are strays, in ms. */
export const STRAY_MS = 5_000;
const PAGE = 500;

/**
 * Finds instances that this node owns by the store's word and that nobody here runs: a claim or a start was written and
 * its answer lost. Nobody else would look at them as long as this node lives. Only after such a failure is there
 * anything to find, so only then the store is asked.
 */
export class Strays {
  private isDue = false;

  constructor(
    private readonly services: HostServices,
    private readonly owner: StraysOwner,
  ) {}

  /** A call that takes ownership has failed; whether it was written, nobody knows. */
  doubt(): void {
    if (this.isDue) return;
    this.isDue = true;
    const look = (): void => {
      this.isDue = false;
      this.giveBack().catch((error: unknown) => {
        this.services.logger.warn('strays.failed', { error: messageOf(error) });
        this.doubt();
      });
    };
    this.services.clock.setTimer(2 * STRAY_MS, look, true);
  }

  private async giveBack(): Promise<void> {
    const { store } = this.services;
    let cursor: string | null = null;
    do {
      const { node } = this.owner;
      if (!node) return;
      const page = await store.list({ owner: node }, { limit: PAGE, ...(cursor === null ? {} : { cursor }) });
      for (const record of page.items.filter((one) => this.isStray(one))) {
        this.services.logger.warn('instance.stray', { instanceId: record.id });
        await store.release(node, record.id, record.fence);
        this.owner.ask();
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  private isStray({ id, updatedAt }: InstanceRecord): boolean {
    return !this.owner.has(id) && this.services.store.now() - updatedAt > STRAY_MS;
  }
}
