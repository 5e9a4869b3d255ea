import type {
  AttemptFacts,
  Commit,
  ControlRequest,
  NewEvent,
  NewInstance,
  NewSignal,
} from '@workflow-runner/contract';
import { after, together, type Eventually } from './eventually.js';
import type { PayloadCoder } from './payload-coder.js';

/** What goes into a store, with its payloads encoded; everything else passes as it is. */
export function encodeInstance(coder: PayloadCoder, instance: NewInstance): Eventually<NewInstance> {
  const coded = together([coder.encode(instance.snapshot), coder.digest(instance.digest)]);
  return after(coded, ([snapshot, digest]) => ({ ...instance, snapshot, digest }));
}

export function encodeCommit(coder: PayloadCoder, commit: Commit): Eventually<Commit> {
  const { entry } = commit;
  const coded = together([
    coder.encode(entry.change),
    encodeAttempt(coder, entry.attempt),
    orNull(coder, commit.snapshot),
  ]);
  return after(coded, ([change, attempt, snapshot]) => ({
    ...commit,
    entry: { ...entry, change, attempt },
    snapshot,
  }));
}

export function encodeControl(coder: PayloadCoder, request: ControlRequest): Eventually<ControlRequest> {
  const { mark } = request;
  if (mark.data === undefined) return request;
  return after(coder.encode(mark.data), (data) => ({ ...request, mark: { ...mark, data } }));
}

/** A signal or an event. */
export function encodeMessage<T extends NewSignal | NewEvent>(
  coder: PayloadCoder,
  message: T,
): Eventually<T> {
  return after(coder.encode(message.data), (data) => ({ ...message, data }));
}

function encodeAttempt(coder: PayloadCoder, attempt: AttemptFacts | null): Eventually<AttemptFacts | null> {
  if (attempt === null) return null;
  const coded = together([orNull(coder, attempt.input), orNull(coder, attempt.outcome)]);
  return after(coded, ([input, outcome]) => ({ ...attempt, input, outcome }));
}

function orNull(coder: PayloadCoder, text: string | null): Eventually<string | null> {
  return text === null ? null : coder.encode(text);
}
