import type { Caller, ControlAction, ControlMark, JournalRow } from '@workflow-runner/contract';

/** What somebody asked of an instance. A deadline that has passed shows as `cancel` by `system`, reason `DEADLINE`. */
export interface ControlInfo {
  readonly action: ControlAction;
  readonly caller: Pick<Caller, 'subject' | 'kind'>;
  readonly reason: string | null;
  readonly askedAt: Date;
  /** When that became durable which grants it; null: it still stands. */
  readonly grantedAt: Date | null;
}

/** @returns null for a row that granted nothing */
export function toControlInfo({ control, at }: JournalRow): ControlInfo | null {
  if (!control) return null;
  return { ...control, askedAt: new Date(control.askedAt), grantedAt: new Date(at) };
}

export function standingControl({ action, caller, reason, at }: ControlMark): ControlInfo {
  const { subject, kind } = caller;
  return { action, caller: { subject, kind }, reason, askedAt: new Date(at), grantedAt: null };
}
