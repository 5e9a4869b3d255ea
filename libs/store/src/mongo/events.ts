import type { CatchingUp } from './catching-up.js';
import type { EventsPart } from './parts.js';
import type { Publishing } from './publishing.js';

/** Publishers and subscribers, as the store sees them. */
export class Events implements EventsPart {
  readonly publish: EventsPart['publish'] = (events) => this.publishing.publish(events);
  readonly deliverDue: EventsPart['deliverDue'] = (limit) => this.publishing.deliverDue(limit);
  readonly event: EventsPart['event'] = (tenantId, id) => this.publishing.event(tenantId, id);
  readonly nextDueAt: EventsPart['nextDueAt'] = () => this.publishing.nextDueAt();
  readonly stored: EventsPart['stored'] = (tenantId, waits) => this.catchingUp.stored(tenantId, waits);
  readonly catchUp: EventsPart['catchUp'] = (instanceIds) => this.catchingUp.catchUp(instanceIds);

  constructor(
    private readonly publishing: Publishing,
    private readonly catchingUp: CatchingUp,
  ) {}

  async sweep(): Promise<void> {
    await this.publishing.sweep();
    await this.catchingUp.sweep();
  }
}
