/**
 * The effective date of a wait whose author named none: the moment the wait starts, by the store's time.
 * The engine knows it by identity; it is an invalid date, so that nobody mistakes it for an instant.
 */
export const NOW_EFFECTIVE: Date = new Date(Number.NaN);
