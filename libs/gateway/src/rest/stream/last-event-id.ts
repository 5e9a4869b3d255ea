import { InvalidRequestError } from '@workflow-runner/contract';

/**
 * The place behind which a client wants to go on; undefined: it is new here.
 * @throws {InvalidRequestError} no stream has given this id
 */
export function readLastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  const message = 'Last-Event-ID is none that a stream has given';
  throw new InvalidRequestError(message, [{ path: 'Last-Event-ID', message }]);
}
