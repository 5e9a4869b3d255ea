import type { MongoDriver } from './driver.js';

/** Tells nodes that there is mail for what they own; they see it with their next heartbeat, if no hint comes first. */
export class Rings {
  constructor(private readonly driver: MongoDriver) {}

  async ring(nodeIds: Iterable<string>): Promise<void> {
    const ids = [...new Set(nodeIds)];
    if (ids.length > 0) await this.driver.updateMany('nodes', { _id: { $in: ids } }, { $inc: { ring: 1 } });
  }

  /** For mail of which nobody can say any more whose instances have it. */
  async ringAll(): Promise<void> {
    await this.driver.updateMany('nodes', { state: 'alive' }, { $inc: { ring: 1 } });
  }
}
