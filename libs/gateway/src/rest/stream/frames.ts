import type { FeedEntry, FeedTelling } from '@workflow-runner/runner';

/** After how many ms a client comes again when it has lost its stream. */
const RETRY_MS = 3_000;

/**
 * Pieces of a stream of the media type text/event-stream (HTML Living Standard, 9.2). A piece without `data` tells a
 * client nothing but where it is: that is the id it comes back with.
 */
export function openingFrame(position: number): string {
  return `retry: ${RETRY_MS}\nid: ${position}\n\n`;
}

/** Some of what followed the place `after` is gone. */
export function gapFrame(after: number): string {
  return `event: gap\ndata: ${JSON.stringify({ event: 'gap', after })}\n\n`;
}

export function heartbeatFrame(position: number): string {
  return `: heartbeat\nid: ${position}\n\n`;
}

/** The events of one commit. The last one carries the id: who is cut off between them hears the first ones again. */
export function entryFrames({ position, tellings }: FeedEntry): string {
  const events = tellings.map((telling) => `data: ${JSON.stringify(eventView(telling))}\n\n`);
  return [...events.slice(0, -1), `id: ${position}\n${events.at(-1)}`].join('');
}

function eventView({ attempt, ...telling }: FeedTelling) {
  return attempt ? { ...telling, attempt } : telling;
}
