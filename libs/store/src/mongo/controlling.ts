import type { ControlReceipt, ControlRequest } from '@workflow-runner/contract';
import { ofControl } from '../shared/audit-facts.js';
import { admits, markTime } from '../shared/control-verdict.js';
import { auditRider } from './audit-riders.js';
import { momentOf } from './commit-decision.js';
import type { InstanceDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Mailing } from './mailing.js';
import type { Base } from './parts.js';
import { tenantOf } from './records.js';
import { dueFields, stirred, updateOf } from './standing-terms.js';
import { findVisible, receiptOf, UNKNOWN } from './visible.js';

/** Wishes about instances. */
export class Controlling {
  constructor(
    private readonly base: Base,
    private readonly mailing: Mailing,
  ) {}

  async control(asked: ControlRequest): Promise<ControlReceipt> {
    for (;;) {
      const doc = await findVisible(this.base, asked.instanceId, asked.tenantId);
      if (!doc) return UNKNOWN;
      if (doc.markId === asked.id) return receiptOf('accepted', doc);
      if (!admits(doc.st, doc.ctl ?? null, asked.mark.action)) return receiptOf('refused', doc);
      if (await this.mailing.write(doc, marking(doc, asked, this.base))) return receiptOf('accepted', doc);
    }
  }
}

function marking(doc: InstanceDoc, asked: ControlRequest, base: Base): Terms {
  const { now, key } = momentOf(base);
  const at = markTime(now, doc.markAt);
  const due = doc.o ? {} : dueFields(doc.prio, Math.min(doc.wake ?? now, now));
  const subject = { tenantId: tenantOf(doc.t), workflowId: doc.wf };
  const aud = asked.audit && auditRider(ofControl(asked.audit, asked, subject, now), key);
  return updateOf(
    { ctl: { ...asked.mark, at }, markAt: at, markId: asked.id, ...due, ...stirred(doc, now), updated: now },
    { $inc: { seq: 1 }, ...(aud && { $push: { aud }, $min: { un: key } }) },
  );
}
