import type { InstanceRecord, NewInstance } from '@workflow-runner/contract';
import { ofStart } from '../shared/audit-facts.js';
import { CREATED_ENTRY } from '../shared/created-entry.js';
import { tenantKey } from '../shared/matching.js';
import { auditRider } from './audit-riders.js';
import type { InstanceDoc } from './documents.js';
import { idempotencyIndexKey, ownerDoc, priorityNumber, toRowDoc } from './records.js';
import { withSizes } from './sizes.js';
import { dueFields } from './standing-terms.js';

/**
 * The document of a start.
 * @param record as it is stored first
 * @param ord order key of the start
 * @param place the slot it holds, or its place in the queue
 * @throws {TypeError} its note cannot be written
 */
export function newDoc(
  asked: NewInstance,
  record: InstanceRecord,
  ord: string,
  place: Pick<InstanceDoc, 'slot' | 'q'>,
): InstanceDoc {
  const { createdAt: now, owner, id: _id } = record;
  const prio = priorityNumber(record.priority);
  return withSizes({
    _id,
    ord,
    t: tenantKey(record.tenantId),
    ns: record.nameSpace,
    n: record.name,
    ver: record.version,
    wf: record.workflowId,
    prio,
    hash: record.definitionHash,
    st: record.status,
    sr: record.statusReason,
    fence: record.fence,
    rev: 0,
    snapRev: 0,
    ...(owner ? { wake: record.wakeAt, o: ownerDoc(owner) } : dueFields(prio, record.wakeAt)),
    ov: record.overdueAt ?? undefined,
    seq: 0,
    markAt: 0,
    markId: null,
    fail: null,
    crashes: 0,
    created: now,
    started: record.startedAt,
    updated: now,
    ended: null,
    pausedAt: null,
    pausedMs: 0,
    deadline: record.deadlineAt,
    corr: record.correlationId,
    trace: record.traceparent,
    caller: record.caller,
    origin: record.origin,
    ckey: record.concurrencyKey,
    tags: Object.entries(record.tags).map(([k, v]) => ({ k, v })),
    kept: 0,
    ending: false,
    ...keyFields(asked, now),
    snap: asked.snapshot,
    // A start that is claimed is told by its owner's first commit.
    log: owner ? [] : [toRowDoc(CREATED_ENTRY, { revision: 0, node: null, at: now, ord })],
    subs: [],
    inbox: [],
    sig: [],
    ...(asked.audit && { aud: [auditRider(ofStart(asked.audit, asked, now), ord)] }),
    un: ord,
    told: -1,
    pos: 0,
    ...place,
  });
}

function keyFields(asked: NewInstance, now: number): Pick<InstanceDoc, 'ik' | 'dg' | 'kx'> {
  if (asked.idempotencyKey === null) return {};
  return { ik: idempotencyIndexKey(asked.tenantId, asked, asked.idempotencyKey), dg: asked.digest, kx: now };
}
