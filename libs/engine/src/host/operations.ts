import {
  checkSize,
  encode,
  IdempotencyConflictError,
  InstanceNotFoundError,
  InvalidTransitionError,
  SIGNAL_OVERHEAD_BYTES,
  signalBytes,
  SignalLimitReachedError,
  SYSTEM_CALLER,
  WorkflowNotFoundError,
  type Caller,
  type ControlAction,
  type ControlRequest,
  type CreateReceipt,
  type HistoryPage,
  type InstanceFilter,
  type InstancePage,
  type LoadedInstance,
  type NewAuditEntry,
  type HistoryRequest,
  type NewEvent,
  type PageRequest,
  type PublishReceipt,
  type SignalReceipt,
} from '@workflow-runner/contract';
import { explain, explainUnreadable, type PointerExplanation } from '../decide/explain.js';
import { stateOf } from '../state/state-of.js';
import { askSurely } from './ask-surely.js';
import { noteOfControl, noteOfEvent, noteOfSignal } from './audit-notes.js';
import type { EventCommand, SignalScope, StartCommand, StartVerdict } from './commands.js';
import type { NamedDefinition } from '../definition/named-definition.js';
import { createSurely } from './create-surely.js';
import { fitsDefinition, hasAllSteps } from './fits-definition.js';
import { snapshotOf, type InstanceSnapshot } from './instance-snapshot.js';
import { publishSurely } from './publish-surely.js';
import { prepareStart, type PreparedStart } from './starter.js';
import type { WorkflowHost } from './workflow-host.js';

export interface ControlCommand {
  readonly action: ControlAction;
  readonly reason?: string | null;
  readonly caller?: Caller;
  readonly tenantId?: string | null;
  readonly fromPointer?: string;
  /** For `retry`: replaces the data; undefined keeps it. */
  readonly data?: unknown;
}

/** After these steps run: with no lane free the instance takes its turn among what is due. */
const NEEDS_LANE = ['retry', 'resume', 'signal'];

type AnyStart = PreparedStart<NamedDefinition>;

/** What can be asked of a host: each call is one decision, durable when it resolves. */
export class Operations {
  constructor(private readonly host: WorkflowHost) {}

  /** Starts instances in one group of the store; verdicts in order. */
  async start(commands: readonly StartCommand[]): Promise<StartVerdict[]> {
    this.host.assertTakesWork();
    const { execute } = this.host.services.options;
    const prepared = execute
      ? commands.map((command) => this.prepare(command))
      : await Promise.all(commands.map((command) => this.prepareKnown(command)));
    const starts = prepared.filter((one): one is AnyStart => 'instance' in one);
    if (starts.length === 0) return prepared as StartVerdict[];
    const { store } = this.host.services;
    try {
      const receipts = await createSurely(
        store,
        starts.map((start) => start.instance),
      );
      this.host.sealer.wrote();
      const verdicts = new Map(starts.map((start, index) => [start, this.verdict(start, receipts[index]!)]));
      return prepared.map((one) => ('instance' in one ? verdicts.get(one)! : one));
    } catch (error) {
      for (const start of starts) if (start.instance.claimBy) this.host.pool.releaseLane();
      this.host.pool.doubt();
      throw error;
    }
  }

  private prepare(command: StartCommand): PreparedStart | { error: unknown } {
    const { host } = this;
    const { ids, store, options } = host.services;
    let lane = null;
    try {
      const definition = host.registry.resolve(command.workflowId, command.version);
      const now = store.now();
      if ((command.delayUntil ?? 0) <= now) lane = host.pool.reserveLane();
      return prepareStart(command, definition, lane, ids, now, options, host.limits.of(definition));
    } catch (error) {
      if (lane) host.pool.releaseLane();
      return { error };
    }
  }

  /** In a process that runs nothing; what it has not registered itself, another one has. */
  private async prepareKnown(command: StartCommand): Promise<AnyStart | { error: unknown }> {
    const own = this.prepare(command);
    if ('instance' in own || !(own.error instanceof WorkflowNotFoundError)) return own;
    const { ids, store, options } = this.host.services;
    try {
      const definition = await this.host.known.resolve(command.workflowId, command.version);
      return prepareStart(command, definition, null, ids, store.now(), options);
    } catch (error) {
      return { error };
    }
  }

  private verdict(start: AnyStart, receipt: CreateReceipt): StartVerdict {
    const { claimBy, workflowId, idempotencyKey } = start.instance;
    const record = receipt.verdict === 'created' ? receipt.record : null;
    // Only what was registered here is claimed.
    if (record?.owner) this.host.pool.begin(start as PreparedStart, record);
    // One that queues for a slot may find one at once: others of the queue are perhaps not for this node.
    else if (record) this.host.dueAt(claimBy ? 0 : record.wakeAt);
    if (claimBy) this.host.pool.releaseLane();
    switch (receipt.verdict) {
      case 'created':
        return { instanceId: start.instance.id, workflowId, repeated: false, status: receipt.record.status };
      case 'existing':
        return { instanceId: receipt.instanceId, workflowId, repeated: true, status: null };
      case 'conflict':
        return { error: new IdempotencyConflictError(idempotencyKey ?? '', receipt.instanceId) };
    }
  }

  /** Publishes an event; resolves when it is durable and delivered to the waits that stand. */
  async publish(command: EventCommand): Promise<PublishReceipt> {
    this.host.assertTakesWork();
    const { store, ids, options } = this.host.services;
    const data = encode(command.data, 'eventData', { plainRoot: true });
    checkSize('Event data', data, options.limits.eventBytes);
    const event: NewEvent = {
      id: command.id ?? ids.next(),
      tenantId: command.tenantId ?? null,
      name: command.name,
      key: command.key,
      data,
      time: command.time ?? null,
      correlationId: command.correlationId ?? null,
      audit: options.audit ? noteOfEvent(command, command.caller ?? SYSTEM_CALLER) : undefined,
    };
    const { receipt, repeated } = await publishSurely(store, event);
    this.host.sealer.wrote();
    if (event.time !== null && event.time > store.now()) this.host.dueAt(event.time);
    if (repeated || receipt.woken.length > 0) this.host.dueAt(0);
    if (repeated || receipt.owned.some((owned) => owned.nodeId === this.host.node?.nodeId))
      await this.host.pool.readMail();
    return receipt;
  }

  /**
   * Sends data straight to an instance, for the wait it stands in or the next one.
   * @throws {InstanceNotFoundError} @throws {InvalidTransitionError} it has ended
   * @throws {SignalLimitReachedError} too much waits for its steps already
   */
  async signal(
    instanceId: string,
    data: unknown,
    stepName = '',
    { tenantId = null, caller = SYSTEM_CALLER }: SignalScope = {},
  ): Promise<void> {
    this.host.assertTakesWork();
    const { store, ids, options } = this.host.services;
    const { eventBytes, signalBytes: limitBytes } = options.limits;
    const text = encode(data, 'data', { plainRoot: true });
    checkSize('Signal data', text, Math.min(eventBytes, limitBytes - SIGNAL_OVERHEAD_BYTES));
    const bytes = signalBytes(text);
    const audit = options.audit ? noteOfSignal(stepName, caller) : undefined;
    const signal = { id: ids.next(), instanceId, tenantId, stepName, data: text, bytes, limitBytes, audit };
    const { answer } = await askSurely(() => store.send(signal));
    if (answer.verdict === 'full') throw new SignalLimitReachedError(instanceId, limitBytes);
    await this.follow(instanceId, answer, 'signal');
  }

  /**
   * Writes a wish about an instance. An idle instance obeys before this resolves, where this node may run it and has a
   * lane for what goes on then; a running one with its next commit.
   * @throws {InstanceNotFoundError} @throws {InvalidTransitionError}
   */
  async control(instanceId: string, command: ControlCommand): Promise<void> {
    const { store, ids, options } = this.host.services;
    const data = command.data === undefined ? undefined : encode(command.data, 'data', { plainRoot: true });
    if (data !== undefined) checkSize('Data', data, options.limits.dataBytes);
    if (command.action === 'accept') await this.assertAcceptable(instanceId, command.tenantId);
    const { action, caller = SYSTEM_CALLER, reason = null, fromPointer } = command;
    const request: ControlRequest = {
      id: ids.next(),
      instanceId,
      tenantId: command.tenantId ?? null,
      mark: {
        action,
        caller,
        reason,
        ...(fromPointer === undefined ? {} : { fromPointer }),
        ...(data === undefined ? {} : { data }),
      },
      audit: options.audit
        ? noteOfControl(action, caller, reason, { fromPointer, replacesData: data !== undefined })
        : undefined,
    };
    const { answer } = await askSurely(() => store.control(request));
    await this.follow(instanceId, answer, command.action);
  }

  /** Writes entries of the audit trail that have no change of their own; none where no trail is kept. */
  async audit(entries: readonly NewAuditEntry[]): Promise<void> {
    const { store, options } = this.host.services;
    if (!options.audit) return;
    await askSurely(() => store.audit(entries));
    this.host.sealer.wrote();
  }

  /** Where a step is gone at which the instance stands, no word can mend it: the right version must be registered. */
  private async assertAcceptable(instanceId: string, tenantId: string | null = null): Promise<void> {
    const loaded = await this.load(instanceId, tenantId);
    const definition = loaded && this.host.registry.byWorkflowId(loaded.record.workflowId);
    if (!definition || hasAllSteps(definition, stateOf(loaded, definition))) return;
    throw new InvalidTransitionError(instanceId, 'definition-changed', 'accept');
  }

  private async follow(instanceId: string, receipt: SignalReceipt, action: string): Promise<void> {
    if (receipt.verdict === 'unknown') throw new InstanceNotFoundError(instanceId);
    if (receipt.verdict === 'refused')
      throw new InvalidTransitionError(instanceId, receipt.status ?? '', action);
    this.host.sealer.wrote();
    if (receipt.ownerNodeId === null) {
      await this.takeOn(instanceId, NEEDS_LANE.includes(action));
      await this.host.pool.settled(instanceId);
    } else if (receipt.ownerNodeId === this.host.node?.nodeId) await this.hearOf(instanceId);
  }

  /** One that stands by obeys like one at rest, before this resolves. */
  private async hearOf(instanceId: string): Promise<void> {
    const { pool } = this.host;
    const stoodBy = pool.standsBy(instanceId);
    await pool.readMail();
    if (stoodBy) await pool.settled(instanceId);
  }

  private async takeOn(instanceId: string, needsLane: boolean): Promise<void> {
    const { pool } = this.host;
    if (!needsLane) return pool.claim([instanceId]);
    if (!pool.reserveLane()) return this.host.dueAt(0);
    try {
      await pool.claim([instanceId]);
    } finally {
      pool.releaseLane();
    }
  }

  // Questions -----------------------------------------------------------------------------------------

  /**
   * @returns null when unknown, or another tenant's
   * @throws {PayloadUnreadableError}
   */
  async get(instanceId: string, tenantId: string | null = null): Promise<InstanceSnapshot | null> {
    const loaded = await this.load(instanceId, tenantId);
    return loaded && snapshotOf(loaded);
  }

  /** False: unknown, or another tenant's. */
  async knows(instanceId: string, tenantId: string | null = null): Promise<boolean> {
    return (await this.load(instanceId, tenantId)) !== null;
  }

  private async load(instanceId: string, tenantId: string | null): Promise<LoadedInstance | null> {
    const loaded = await this.host.services.store.load(instanceId);
    return loaded && (tenantId === null || loaded.record.tenantId === tenantId) ? loaded : null;
  }

  list(filter: InstanceFilter, page: PageRequest): Promise<InstancePage> {
    return this.host.services.store.list(filter, page);
  }

  /** @throws {InstanceNotFoundError} */
  async history(instanceId: string, page: HistoryRequest): Promise<HistoryPage> {
    const history = await this.host.services.store.history(instanceId, page);
    if (history.items.length === 0 && !(await this.knows(instanceId)))
      throw new InstanceNotFoundError(instanceId);
    return history;
  }

  /** What every pointer waits for. @throws {InstanceNotFoundError} */
  async why(instanceId: string): Promise<{ snapshot: InstanceSnapshot; pointers: PointerExplanation[] }> {
    const { store } = this.host.services;
    const [loaded, nodes] = await Promise.all([store.load(instanceId), store.nodes()]);
    if (!loaded) throw new InstanceNotFoundError(instanceId);
    const definition = this.host.registry.byWorkflowId(loaded.record.workflowId) ?? null;
    const { record } = loaded;
    if (loaded.unreadable && loaded.snapshot === '') {
      return { snapshot: { record, data: undefined }, pointers: explainUnreadable(record) };
    }
    const state = stateOf(loaded, definition);
    // Nothing has looked at a resting instance yet: it would find out when it is woken.
    const fits = !definition || (await fitsDefinition(store, record.definitionHash, definition, state));
    const seen = fits || record.owner ? record : { ...record, statusReason: 'definition-changed' };
    const pointers = explain(seen, state, nodes, (id) => definition?.step(id)?.name ?? `step ${id}`);
    return { snapshot: { record, data: state.data }, pointers };
  }
}
