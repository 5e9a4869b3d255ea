import type { NewSignal, SignalReceipt } from '@workflow-runner/contract';
import { ofSignal } from '../shared/audit-facts.js';
import { signalMessage } from '../shared/signal-message.js';
import { isFinal } from '../shared/standing.js';
import { auditRider } from './audit-riders.js';
import { momentOf } from './commit-decision.js';
import type { InstanceDoc, MessageDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Mailing } from './mailing.js';
import type { Base } from './parts.js';
import { tenantOf } from './records.js';
import { recount } from './recounting.js';
import { checkSize, MAX_BYTES, messageBytes } from './sizes.js';
import { stirred, updateOf } from './standing-terms.js';
import { findVisible, receiptOf, UNKNOWN } from './visible.js';

/** Signals to instances. */
export class Signalling {
  constructor(
    private readonly base: Base,
    private readonly mailing: Mailing,
  ) {}

  async send(signal: NewSignal): Promise<SignalReceipt> {
    for (;;) {
      const doc = await findVisible(this.base, signal.instanceId, signal.tenantId);
      if (!doc) return UNKNOWN;
      if (doc.sig.includes(signal.id)) return receiptOf('accepted', doc);
      if (isFinal(doc.st)) return receiptOf('refused', doc);
      if (waitingBytes(doc) + signal.bytes > signal.limitBytes) return receiptOf('full', doc);
      const added = messageBytes(messageOf(signal, 0));
      if (doc.bytes + added > MAX_BYTES && (await recount(this.base.driver, doc._id))) continue;
      checkSize(doc._id, doc.bytes + added);
      if (await this.mailing.write(doc, delivery(doc, signal, added, this.base)))
        return receiptOf('accepted', doc);
    }
  }
}

/** What the signals count for that no step has waited for yet. */
function waitingBytes({ inbox, kept }: Pick<InstanceDoc, 'inbox' | 'kept'>): number {
  return inbox.reduce((sum, { bytes = 0 }) => sum + bytes, kept);
}

function messageOf(signal: NewSignal, now: number): MessageDoc {
  return { ...signalMessage(signal, now), bytes: signal.bytes };
}

function delivery(doc: InstanceDoc, signal: NewSignal, added: number, base: Base): Terms {
  const { now, key } = momentOf(base);
  const subject = { tenantId: tenantOf(doc.t), workflowId: doc.wf };
  const aud = signal.audit && auditRider(ofSignal(signal.audit, signal, subject, now), key);
  return updateOf(stirred(doc, now), {
    $push: { inbox: messageOf(signal, now), sig: signal.id, ...(aud && { aud }) },
    $inc: { seq: 1, bytes: added },
    ...(aud && { $min: { un: key } }),
  });
}
