import {
  checkSize,
  encode,
  IdempotencyConflictError,
  InstanceNotFoundError,
  InvalidTransitionError,
  SYSTEM_CALLER,
  type Caller,
  type ControlAction,
  type ControlReceipt,
  type CreateReceipt,
  type HistoryPage,
  type InstanceFilter,
  type InstancePage,
  type NewEvent,
  type PageRequest,
  type PublishReceipt,
} from '@workflow-runner/contract';
import { explain, type PointerExplanation } from '../decide/explain.js';
import { fold } from '../state/fold.js';
import type { EventCommand, StartCommand, StartVerdict } from './commands.js';
import { createSurely } from './create-surely.js';
import { fitsDefinition } from './fits-definition.js';
import { snapshotOf, type InstanceSnapshot } from './instance-snapshot.js';
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

/** What can be asked of a host: each call is one decision, durable when it resolves. */
export class Operations {
  constructor(private readonly host: WorkflowHost) {}

  /** Starts instances in one group of the store; verdicts in order. */
  async start(commands: readonly StartCommand[]): Promise<StartVerdict[]> {
    this.host.assertTakesWork();
    const prepared = commands.map((command) => this.prepare(command));
    const starts = prepared.filter((one): one is PreparedStart => 'instance' in one);
    if (starts.length === 0) return prepared as StartVerdict[];
    const { store } = this.host.services;
    try {
      const receipts = await createSurely(
        store,
        starts.map((start) => start.instance),
      );
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
      return prepareStart(command, definition, lane, ids, now, options.limits.dataBytes);
    } catch (error) {
      if (lane) host.pool.releaseLane();
      return { error };
    }
  }

  private verdict(start: PreparedStart, receipt: CreateReceipt): StartVerdict {
    const { claimBy, workflowId, idempotencyKey } = start.instance;
    const record = receipt.verdict === 'created' ? receipt.record : null;
    if (record && claimBy) this.host.pool.begin(start, record);
    else if (record) this.host.dueAt(record.wakeAt);
    if (claimBy) this.host.pool.releaseLane();
    if (receipt.verdict === 'created') return { instanceId: receipt.record.id, workflowId, repeated: false };
    if (receipt.verdict === 'existing') return { instanceId: receipt.instanceId, workflowId, repeated: true };
    return { error: new IdempotencyConflictError(idempotencyKey ?? '', receipt.instanceId) };
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
    };
    const [receipt] = await store.publish([event]);
    if (event.time !== null && event.time > store.now()) this.host.dueAt(event.time);
    if (receipt!.woken.length > 0) this.host.dueAt(0);
    if (receipt!.owned.some((owned) => owned.nodeId === this.host.node?.nodeId))
      await this.host.pool.readMail();
    return receipt!;
  }

  /**
   * Sends data straight to an instance, for the wait it stands in or the next one.
   * @throws {InstanceNotFoundError} @throws {InvalidTransitionError} it has ended
   */
  async signal(
    instanceId: string,
    data: unknown,
    stepName = '',
    tenantId: string | null = null,
  ): Promise<void> {
    this.host.assertTakesWork();
    const { store, ids, options } = this.host.services;
    const text = encode(data, 'data', { plainRoot: true });
    checkSize('Signal data', text, options.limits.eventBytes);
    const receipt = await store.send({ id: ids.next(), instanceId, tenantId, stepName, data: text });
    await this.follow(instanceId, receipt, 'signal');
  }

  /**
   * Writes a wish about an instance. An idle instance obeys before this resolves, where this node may run it; a running
   * one with its next commit.
   * @throws {InstanceNotFoundError} @throws {InvalidTransitionError}
   */
  async control(instanceId: string, command: ControlCommand): Promise<void> {
    const { store, options } = this.host.services;
    const data = command.data === undefined ? undefined : encode(command.data, 'data', { plainRoot: true });
    if (data !== undefined) checkSize('Data', data, options.limits.dataBytes);
    const receipt = await store.control({
      instanceId,
      tenantId: command.tenantId ?? null,
      mark: {
        action: command.action,
        caller: command.caller ?? SYSTEM_CALLER,
        reason: command.reason ?? null,
        ...(command.fromPointer === undefined ? {} : { fromPointer: command.fromPointer }),
        ...(data === undefined ? {} : { data }),
      },
    });
    await this.follow(instanceId, receipt, command.action);
  }

  private async follow(instanceId: string, receipt: ControlReceipt, action: string): Promise<void> {
    if (receipt.verdict === 'unknown') throw new InstanceNotFoundError(instanceId);
    if (receipt.verdict === 'refused')
      throw new InvalidTransitionError(instanceId, receipt.status ?? '', action);
    if (receipt.ownerNodeId === null) {
      await this.host.pool.claim([instanceId]);
      await this.host.pool.settled(instanceId);
    } else if (receipt.ownerNodeId === this.host.node?.nodeId) await this.host.pool.readMail();
  }

  // Questions -----------------------------------------------------------------------------------------

  /** @returns null when unknown, or another tenant's */
  async get(instanceId: string, tenantId: string | null = null): Promise<InstanceSnapshot | null> {
    const loaded = await this.host.services.store.load(instanceId);
    if (!loaded || (tenantId !== null && loaded.record.tenantId !== tenantId)) return null;
    return snapshotOf(loaded);
  }

  list(filter: InstanceFilter, page: PageRequest): Promise<InstancePage> {
    return this.host.services.store.list(filter, page);
  }

  /** @throws {InstanceNotFoundError} */
  async history(instanceId: string, page: PageRequest): Promise<HistoryPage> {
    const history = await this.host.services.store.history(instanceId, page);
    if (history.items.length === 0 && !(await this.get(instanceId)))
      throw new InstanceNotFoundError(instanceId);
    return history;
  }

  /** What every pointer waits for. @throws {InstanceNotFoundError} */
  async why(instanceId: string): Promise<{ snapshot: InstanceSnapshot; pointers: PointerExplanation[] }> {
    const { store } = this.host.services;
    const [loaded, nodes] = await Promise.all([store.load(instanceId), store.nodes()]);
    if (!loaded) throw new InstanceNotFoundError(instanceId);
    const definition = this.host.registry.byWorkflowId(loaded.record.workflowId) ?? null;
    const state = fold(loaded.snapshot, loaded.tail, definition);
    const { record } = loaded;
    // Nothing has looked at a resting instance yet: it would find out when it is woken.
    const fits = !definition || (await fitsDefinition(store, record.definitionHash, definition, state));
    const seen = fits || record.owner ? record : { ...record, statusReason: 'definition-changed' };
    const pointers = explain(seen, state, nodes, (id) => definition?.step(id)?.name ?? `step ${id}`);
    return { snapshot: { record, data: state.data }, pointers };
  }
}
