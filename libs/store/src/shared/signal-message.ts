import { SIGNAL_NAME, type InboxMessage, type NewSignal } from '@workflow-runner/contract';

/** A signal as its instance finds it in the inbox. */
export function signalMessage(signal: NewSignal, now: number): InboxMessage {
  return {
    id: signal.id,
    subscriptionId: '',
    pointerId: '',
    eventId: signal.id,
    eventTime: now,
    name: SIGNAL_NAME,
    key: signal.stepName,
    data: signal.data,
  };
}
