import {
  SYSTEM_CALLER,
  type AuditCaller,
  type AuditDetails,
  type AuditNote,
  type Caller,
  type ControlAction,
} from '@workflow-runner/contract';
import { DEADLINE } from '../decide/control-facts.js';
import type { EventCommand, StartCommand } from './commands.js';

/** Longest text of an entry; what is longer is cut. In characters. */
const LONGEST_TEXT = 1_000;
/** Roles of a caller that an entry keeps. */
const MOST_ROLES = 50;

const NO_DETAILS: AuditDetails = Object.freeze({});

/** What the audit trail keeps of a start: never its data. */
export function noteOfStart(command: StartCommand, caller: Caller, correlationId: string | null): AuditNote {
  const { origin, idempotencyKey } = command;
  const isPlain = idempotencyKey == null && (origin === undefined || origin.kind === 'call');
  return {
    caller: auditCaller(caller),
    action: 'workflow:execute',
    reason: null,
    correlationId,
    details: isPlain ? NO_DETAILS : details({ idempotencyKey, origin: origin?.kind, originId: origin?.id }),
  };
}

export function noteOfEvent({ name, key, correlationId }: EventCommand, caller: Caller): AuditNote {
  return {
    caller: auditCaller(caller),
    action: 'event:publish',
    reason: null,
    correlationId: correlationId ?? caller.correlationId ?? null,
    details: details({ name, key }),
  };
}

export function noteOfSignal(stepName: string, caller: Caller): AuditNote {
  return {
    caller: auditCaller(caller),
    action: 'workflow:signal',
    reason: null,
    correlationId: caller.correlationId ?? null,
    details: stepName === '' ? NO_DETAILS : details({ step: stepName }),
  };
}

export function noteOfControl(
  action: ControlAction,
  caller: Caller,
  reason: string | null,
  { fromPointer, replacesData }: { readonly fromPointer?: string; readonly replacesData: boolean },
): AuditNote {
  return {
    caller: auditCaller(caller),
    action: `workflow:${action}`,
    reason: reason === null ? null : cut(reason),
    correlationId: caller.correlationId ?? null,
    details: details({ fromPointer, replacesData: replacesData || undefined }),
  };
}

/** The system cancels what has passed its deadline. */
export function noteOfDeadline(deadlineAt: number, correlationId: string | null): AuditNote {
  return {
    caller: SYSTEM_CALLER,
    action: 'workflow:cancel',
    reason: DEADLINE,
    correlationId,
    details: { deadlineAt },
  };
}

/** What an entry keeps of a caller: what came from outside may be of any length, and code without types leaves things out. */
export function auditCaller(caller: Caller): AuditCaller {
  const { subject, kind, roles, tenantId } = caller;
  const isPlain = roles.length <= MOST_ROLES && roles.every(isShort);
  const kept = isPlain ? roles : roles.slice(0, MOST_ROLES).map((role) => cut(String(role)));
  return { subject: cut(subject), kind, roles: kept, tenantId: tenantId ?? null };
}

/** Without what is not there. */
function details(given: Readonly<Record<string, string | boolean | null | undefined>>): AuditDetails {
  const found: Record<string, string | boolean> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    found[name] = typeof value === 'string' ? cut(value) : value;
  }
  return found;
}

function isShort(text: string): boolean {
  return typeof text === 'string' && text.length <= LONGEST_TEXT;
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
