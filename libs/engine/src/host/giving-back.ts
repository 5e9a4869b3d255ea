import { PayloadUnreadableError, type InstanceRecord, type NodeIdentity } from '@workflow-runner/contract';
import { messageOf } from './message-of.js';
import type { HostServices } from './services.js';
import { Unreadable } from './unreadable.js';

export interface GivingBackOwner {
  /** Something is due again, or will be at a moment in epoch ms. */
  ask(at?: number): void;
  /** A call has failed, and perhaps it was written all the same. */
  doubt(): void;
  /** Whoever queues for its slot may have it. */
  gaveBack(record: InstanceRecord): void;
}

/** Longest wait before an instance is given back that cannot go on here, in ms. */
const LATER_MS = 1_000;

/** Instances that this node owns and does not run. */
export class GivingBack {
  private readonly unreadable: Unreadable;

  constructor(
    private readonly services: HostServices,
    private readonly owner: GivingBackOwner,
  ) {
    this.unreadable = new Unreadable(services);
  }

  /** It could not be admitted. */
  async notAdmitted(node: NodeIdentity, record: InstanceRecord, error: unknown): Promise<void> {
    let reason = error;
    try {
      if (error instanceof PayloadUnreadableError) {
        const wakeAt = await this.unreadable.putOff(node, record, error);
        this.owner.gaveBack(record);
        return wakeAt === null ? undefined : this.owner.ask(wakeAt);
      }
    } catch (failure) {
      reason = failure;
    }
    const { logger } = this.services;
    logger.error('instance.not-admitted', { instanceId: record.id, error: messageOf(reason) });
    this.later(record);
  }

  /** Where it is still ours; another owner's is left alone. Not at once: what was wrong may last. */
  later(record: InstanceRecord): void {
    const { clock, options } = this.services;
    const delayMs = Math.min(options.pollIntervalMs, LATER_MS);
    clock.setTimer(delayMs, () => void this.now([record]), true);
  }

  /** As they are, all with one turn of the event loop. */
  async now(records: readonly InstanceRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { store } = this.services;
    try {
      const owned = records.filter((record) => record.owner !== null);
      await Promise.all(owned.map(({ id, owner, fence }) => store.release(owner!, id, fence)));
      this.owner.ask();
    } catch {
      this.owner.doubt();
    }
  }
}
