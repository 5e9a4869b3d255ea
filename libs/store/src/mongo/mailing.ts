import type { InstanceDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Base } from './parts.js';
import type { Rings } from './rings.js';
import { asRead } from './standing-terms.js';

/** Writes that somebody makes who does not own the instance: one conditional update, and a word to whom it concerns. */
export class Mailing {
  constructor(
    private readonly base: Base,
    private readonly rings: Rings,
  ) {}

  /** @returns false: it has changed since it was read; nothing was written */
  async write(doc: InstanceDoc, update: Terms): Promise<boolean> {
    if (!(await this.base.driver.updateOne('instances', asRead(doc), update))) return false;
    await this.tell(doc.o ? [doc.o.n] : []);
    return true;
  }

  /** @param owners nodes that own what was written; none: it is due */
  private async tell(owners: readonly string[]): Promise<void> {
    const { hints } = this.base;
    if (owners.length === 0) return hints.emitToOthers('due');
    // The mark stands already; a ring that is lost costs a heartbeat.
    await this.rings.ring(owners).catch(() => undefined);
    hints.emit('mail');
  }
}
