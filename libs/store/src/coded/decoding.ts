import {
  PayloadUnreadableError,
  type AttemptFacts,
  type CommitReceipt,
  type ControlMark,
  type InboxMessage,
  type InstanceRecord,
  type JournalRow,
  type LoadedInstance,
  type StoredEvent,
} from '@workflow-runner/contract';
import { after, rescued, together, type Eventually } from './eventually.js';
import type { PayloadCoder } from './payload-coder.js';

type Mail = Pick<LoadedInstance, 'record' | 'inbox'>;

/** State, messages and mark each by itself: what can be read is given, and of what cannot it is said. */
export function decodeLoaded(coder: PayloadCoder, loaded: LoadedInstance): Eventually<LoadedInstance> {
  const { record } = loaded;
  let unreadable: PayloadUnreadableError | null = null;
  const orElse =
    <T>(instead: T) =>
    (cause: unknown): T => {
      unreadable ??= new PayloadUnreadableError(`Instance ${record.id}`, cause);
      return instead;
    };
  const decoded = together([
    rescued(() => decodeState(coder, loaded), orElse({ snapshot: '', tail: [] })),
    rescued(() => decodeMessages(coder, loaded.inbox), orElse([])),
    rescued(() => decodeRecord(coder, record), orElse(withoutMarkData(record))),
  ]);
  return after(decoded, ([state, inbox, marked]) => ({
    ...loaded,
    ...state,
    inbox,
    record: marked,
    ...(unreadable && { unreadable }),
  }));
}

/** For a running owner: what it cannot read is kept from it, and its next rest will be refused because of it. */
export function decodeMail(coder: PayloadCoder, mail: Mail): Eventually<Mail> {
  const { record } = mail;
  const decoded = together([
    rescued(
      () => decodeMessages(coder, mail.inbox),
      () => [],
    ),
    rescued(
      () => decodeRecord(coder, record),
      () => ({ ...record, control: null }),
    ),
  ]);
  return after(decoded, ([inbox, marked]) => ({ ...mail, inbox, record: marked }));
}

/** @throws {PayloadUnreadableError} */
export function decodeReceipt(
  coder: PayloadCoder,
  instanceId: string,
  receipt: CommitReceipt,
): Eventually<CommitReceipt> {
  if (receipt.delivered.length === 0 && receipt.control?.data === undefined) return receipt;
  return rescued(
    () =>
      after(
        together([decodeMessages(coder, receipt.delivered), decodeMark(coder, receipt.control)]),
        ([delivered, control]) => ({ ...receipt, delivered, control }),
      ),
    (cause) => {
      throw new PayloadUnreadableError(`Instance ${instanceId}`, cause);
    },
  );
}

export function decodeRow<T extends JournalRow>(coder: PayloadCoder, row: T): Eventually<T> {
  const decoded = together([
    rescued<Pick<JournalRow, 'change' | 'unreadable'>>(
      () => after(coder.decode(row.change), (change) => ({ change })),
      () => ({ change: '', unreadable: true }),
    ),
    decodeAttempt(coder, row.attempt),
  ]);
  return after(decoded, ([change, attempt]) => ({ ...row, ...change, attempt }));
}

/** @throws {PayloadUnreadableError} */
export function decodeEvent(coder: PayloadCoder, event: StoredEvent): Eventually<StoredEvent> {
  return rescued(
    () => after(coder.decode(event.data), (data) => ({ ...event, data })),
    (cause) => {
      throw new PayloadUnreadableError(`Event ${event.id}`, cause);
    },
  );
}

/** Lists leave data out, that of a mark, too. */
export function withoutMarkData(record: InstanceRecord): InstanceRecord {
  if (record.control?.data === undefined) return record;
  const { data: _data, ...control } = record.control;
  return { ...record, control };
}

function decodeState(
  coder: PayloadCoder,
  loaded: LoadedInstance,
): Eventually<Pick<LoadedInstance, 'snapshot' | 'tail'>> {
  const texts = [loaded.snapshot, ...loaded.tail].map((text) => coder.decode(text));
  return after(together(texts), ([snapshot = '', ...tail]) => ({ snapshot, tail }));
}

function decodeMessages(
  coder: PayloadCoder,
  messages: readonly InboxMessage[],
): Eventually<readonly InboxMessage[]> {
  return together(
    messages.map((message) => after(coder.decode(message.data), (data) => ({ ...message, data }))),
  );
}

function decodeRecord(coder: PayloadCoder, record: InstanceRecord): Eventually<InstanceRecord> {
  if (record.control?.data === undefined) return record;
  return after(decodeMark(coder, record.control), (control) => ({ ...record, control }));
}

function decodeMark(coder: PayloadCoder, mark: ControlMark | null): Eventually<ControlMark | null> {
  if (mark?.data === undefined) return mark;
  return after(coder.decode(mark.data), (data) => ({ ...mark, data }));
}

function decodeAttempt(coder: PayloadCoder, attempt: AttemptFacts | null): Eventually<AttemptFacts | null> {
  if (attempt === null) return null;
  const decode = (text: string | null): Eventually<string | null> =>
    text === null ? null : coder.decode(text);
  return rescued<AttemptFacts>(
    () =>
      after(together([decode(attempt.input), decode(attempt.outcome)]), ([input, outcome]) => ({
        ...attempt,
        input,
        outcome,
      })),
    () => ({ ...attempt, input: null, outcome: null, unreadable: true }),
  );
}
