const DAY_MS = 86_400_000;

/** The event that decides, with the id of the request as its key and a `Decision` as its data. */
export const DECIDED = 'purchase.decided';

/** How long the approver is left in peace before the next mail, in ms. */
export const REMIND_AFTER_MS = DAY_MS;

/** Reminders after which the approver's manager is asked. */
export const REMINDERS_BEFORE_ESCALATION = 3;

/** When a mail that could not be sent is tried again, in ms. */
export const MAIL_AGAIN_AFTER_MS = 60_000;

/** Days after which nobody is waited for any more. */
export const DAYS_TO_DECIDE = 7;

export interface Decision {
  readonly approved: boolean;
  readonly by: string;
}

/** What a request is started with, and what its steps add. */
export interface Purchase {
  readonly requestId: string;
  readonly requester: string;
  readonly approver: string;
  readonly manager: string;
  readonly amount: number;

  budget?: string;
  /** From when on a decision counts. */
  askedAt?: Date;
  /** Days that have passed without a decision. */
  days?: number;
  decision?: Decision;
  ordered?: boolean;
  outcome?: 'ordered' | 'declined' | 'expired' | 'failed';
}
