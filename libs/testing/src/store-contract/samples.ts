import { SYSTEM_CALLER } from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';
import { WORKFLOW } from './lab.js';

/** A start nobody has claimed; override what a test is about. */
export function aStart(id: string, overrides: Partial<Port.NewInstance> = {}): Port.NewInstance {
  return {
    id,
    tenantId: null,
    nameSpace: 'contract',
    name: 'sample',
    version: '1.0.0',
    workflowId: WORKFLOW,
    priority: 'normal',
    correlationId: null,
    traceparent: null,
    caller: SYSTEM_CALLER,
    origin: { kind: 'call' },
    concurrencyKey: null,
    idempotencyKey: null,
    tags: {},
    deadlineAt: null,
    definitionHash: 'hash-1',
    snapshot: '{"at":0}',
    delayUntil: null,
    digest: 'digest-1',
    claimBy: null,
    slotLimit: null,
    ...overrides,
  };
}

/** The next commit of the owner of `record`; by default one that changes nothing but the journal. */
export function aCommit(record: Port.InstanceRecord, overrides: Partial<Port.Commit> = {}): Port.Commit {
  if (!record.owner) throw new Error(`Nobody owns ${record.id}`);
  const revision = overrides.revision ?? record.revision + 1;
  return {
    instanceId: record.id,
    tenantId: record.tenantId,
    workflowId: record.workflowId,
    owner: record.owner,
    fence: record.fence,
    revision,
    entry: anEntry({ change: `{"at":${revision}}` }),
    subscribe: [],
    unsubscribe: [],
    consumed: [],
    honoured: null,
    snapshot: null,
    rest: null,
    columns: null,
    ...overrides,
  };
}

/** What a commit that puts an instance to rest says. */
export function aRest(
  status: Port.Rest['status'],
  overrides: Partial<Port.Rest> = {},
): Pick<Port.Commit, 'rest' | 'snapshot'> {
  return {
    rest: { status, statusReason: null, wakeAt: null, overdueAt: null, failure: null, ...overrides },
    snapshot: '{"at":"rest"}',
  };
}

export function anAttempt(overrides: Partial<Port.AttemptFacts> = {}): Port.AttemptFacts {
  return {
    pointerId: 'p1',
    stepId: 2,
    stepName: 'charge',
    attempt: 1,
    status: 'completed',
    queuedAt: 10,
    startedAt: 20,
    endedAt: 30,
    input: '{"sum":1}',
    outcome: '"paid"',
    errorCategory: null,
    errorCode: null,
    errorMessage: null,
    ...overrides,
  };
}

export function anEntry(overrides: Partial<Port.JournalEntry> = {}): Port.JournalEntry {
  return { kind: 'step', attempt: null, control: null, change: '{}', tell: [], ...overrides };
}

/** What the row of a commit says that honours a mark. */
export function aControl(overrides: Partial<Port.ControlFacts> = {}): Port.ControlFacts {
  return {
    action: 'cancel',
    caller: { subject: 'ann', kind: 'user' },
    reason: 'wrong "order"\n\u0000😀',
    askedAt: 5,
    ...overrides,
  };
}

export function anEvent(id: string, overrides: Partial<Port.NewEvent> = {}): Port.NewEvent {
  return {
    id,
    tenantId: null,
    name: 'order.paid',
    key: 'k1',
    data: `"${id}"`,
    time: null,
    correlationId: null,
    ...overrides,
  };
}

export function aWait(
  instanceId: string,
  asOf: number,
  overrides: Partial<Port.NewSubscription> = {},
): Port.NewSubscription {
  return {
    id: `${instanceId}/p1/1`,
    pointerId: 'p1',
    name: 'order.paid',
    key: 'k1',
    asOf,
    except: [],
    ...overrides,
  };
}

let marks = 0;

/** A wish that was never asked for before. */
export function aMark(
  instanceId: string,
  action: Port.ControlAction,
  overrides: Partial<Port.ControlRequest> = {},
): Port.ControlRequest {
  marks += 1;
  const mark = { action, caller: SYSTEM_CALLER, reason: null };
  return { id: `m${marks}`, instanceId, tenantId: null, mark, ...overrides };
}

export function aFailure(overrides: Partial<Port.Failure> = {}): Port.Failure {
  return {
    message: 'card refused',
    code: 'CARD',
    category: 'validation',
    pointerId: 'p1',
    step: 'charge',
    attempt: 3,
    at: 5,
    ...overrides,
  };
}

export function aSignal(instanceId: string, overrides: Partial<Port.NewSignal> = {}): Port.NewSignal {
  const signal = { id: 's1', instanceId, tenantId: null, stepName: 'approve', data: '"yes"' };
  return { ...signal, bytes: 300, limitBytes: 1024 * 1024, ...overrides };
}

export const WRITER: Port.AuditCaller = {
  subject: 'bob',
  kind: 'user',
  roles: ['admin', 'x'],
  tenantId: 't9',
};

/** Who asks for a change. */
export function aNote(action: Port.AuditAction, overrides: Partial<Port.AuditNote> = {}): Port.AuditNote {
  return { caller: WRITER, action, reason: null, correlationId: null, details: {}, ...overrides };
}

/** An entry without a change. */
export function anAloneEntry(id: string, overrides: Partial<Port.NewAuditEntry> = {}): Port.NewAuditEntry {
  return {
    ...aNote('workflow:view'),
    id,
    tenantId: null,
    resource: { kind: 'route', id: null },
    workflowId: null,
    result: 'refused',
    ...overrides,
  };
}
