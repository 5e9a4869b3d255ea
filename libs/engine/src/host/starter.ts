import { createHash } from 'node:crypto';
import {
  checkSize,
  decode,
  encode,
  SYSTEM_CALLER,
  type Ids,
  type NewInstance,
  type NodeIdentity,
} from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import type { NamedDefinition } from '../definition/named-definition.js';
import { DataWriter } from '../state/data-writer.js';
import { InstanceState } from '../state/instance-state.js';
import { encodeSnapshot } from '../decide/draft.js';
import { noteOfStart } from './audit-notes.js';
import type { StartCommand } from './commands.js';
import type { HostOptions } from './host-options.js';

/** A start on its way to the store, with the state it begins with. */
export interface PreparedStart<T extends NamedDefinition = CompiledDefinition> {
  readonly instance: NewInstance;
  readonly definition: T;
  readonly state: InstanceState;
  readonly data: DataWriter;
}

/**
 * Makes the first state of an instance. The data is copied: what the caller does with its object afterwards is
 * nobody's business.
 * @param slotLimit how many of its workflow may run at once, for one that `claimBy` wants to run; null: any number
 * @throws {DataNotSerializableError} @throws {DataTooLargeError}
 */
export function prepareStart<T extends NamedDefinition>(
  command: StartCommand,
  definition: T,
  claimBy: NodeIdentity | null,
  ids: Ids,
  now: number,
  { limits, audit }: Pick<HostOptions, 'limits' | 'audit'>,
  slotLimit: number | null = null,
): PreparedStart<T> {
  const text = encode(command.data === undefined ? {} : command.data, 'data', { plainRoot: true });
  checkSize('Data', text, limits.dataBytes);
  const state = new InstanceState();
  state.data = decode(text);
  state.flow.createdTold = claimBy === null;
  state.add(state.newPointer(definition, 0, [], now));
  const data = new DataWriter(limits.dataBytes);
  data.begin(state.data, text);
  const caller = command.caller ?? SYSTEM_CALLER;
  const correlationId = command.correlationId ?? caller.correlationId ?? null;
  const instance: NewInstance = {
    id: ids.next(),
    tenantId: command.tenantId ?? null,
    nameSpace: definition.nameSpace,
    name: definition.name,
    version: definition.version,
    workflowId: definition.workflowId,
    priority: command.priority ?? 'normal',
    correlationId,
    traceparent: command.traceparent ?? null,
    caller,
    origin: command.origin ?? { kind: 'call' },
    concurrencyKey: null,
    idempotencyKey: command.idempotencyKey ?? null,
    tags: command.tags ?? {},
    deadlineAt: command.deadline ?? null,
    definitionHash: definition.hash,
    snapshot: encodeSnapshot(state, text),
    delayUntil: command.delayUntil ?? null,
    digest: command.idempotencyKey == null ? '' : digestOf(definition.workflowId, text),
    claimBy,
    slotLimit,
    audit: audit ? noteOfStart(command, caller, correlationId) : undefined,
  };
  return { instance, definition, state, data };
}

/** What must be the same when an idempotency key repeats: the workflow and the data. */
function digestOf(workflowId: string, data: string): string {
  return createHash('sha256').update(workflowId).update('\n').update(data).digest('base64url');
}
