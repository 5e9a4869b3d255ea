/** Where an instance stands. `completed` and `cancelled` never change again; `failed` can be retried. */
export const INSTANCE_STATUSES = [
  'pending',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const;

export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

/** Nothing runs any more by itself: the three ways an instance can end. */
export type EndedStatus = Extract<InstanceStatus, 'completed' | 'failed' | 'cancelled'>;

export function isEnded(status: InstanceStatus): status is EndedStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/**
 * Head start of a priority in the order of claiming, in ms of waiting time.
 * The rank of an instance is its wake time minus this bonus, so waiting ages it and `low` is never starved.
 */
export const PRIORITY_BONUS_MS: Record<Priority, number> = {
  critical: 60_000,
  high: 20_000,
  normal: 0,
  low: -20_000,
};

export function rankOf(wakeAt: number, priority: Priority): number {
  return wakeAt - PRIORITY_BONUS_MS[priority];
}

/** What may be asked of an instance from outside. `discard` gives up what has failed: `terminate` from there alone. */
export const CONTROL_ACTIONS = [
  'pause',
  'resume',
  'cancel',
  'terminate',
  'retry',
  'discard',
  'accept',
] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** Statuses in which an action may be asked for; everything else is `INVALID_TRANSITION`. */
export const ALLOWED_FROM: Record<ControlAction, readonly InstanceStatus[]> = {
  pause: ['pending', 'running', 'waiting'],
  resume: ['paused'],
  cancel: ['pending', 'running', 'waiting', 'paused', 'failed'],
  terminate: ['pending', 'running', 'waiting', 'paused', 'failed'],
  retry: ['failed'],
  discard: ['failed'],
  accept: ['pending', 'running', 'waiting', 'paused'],
};
