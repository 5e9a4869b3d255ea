import { InvalidOptionsError, Store, StoreUnavailableError } from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';
import { Hints } from '../shared/hints.js';
import { StoreTime } from '../shared/store-time.js';
import * as claims from './claims.js';
import { commit } from './commits.js';
import * as controls from './controls.js';
import * as events from './events.js';
import * as housekeeping from './housekeeping.js';
import * as nodes from './nodes.js';
import * as questions from './questions.js';
import { start } from './starts.js';
import { eventMapKey, MemoryState } from './state.js';

export interface MemoryStoreOptions {
  readonly clock: Port.Clock;
}

/**
 * The reference implementation of the port: plain maps, nothing survives the process. Several hosts of one process
 * may share it. Each call decides at once and answers in a later microtask.
 */
export class MemoryStore extends Store {
  private readonly time: StoreTime;
  private readonly state = new MemoryState();
  private readonly hints = new Hints();
  private isOpen = false;
  private since = 0;

  constructor(options: MemoryStoreOptions) {
    super();
    this.time = new StoreTime(options.clock);
  }

  now(): number {
    return this.time.now();
  }

  async open(): Promise<void> {
    this.isOpen = true;
    this.since = this.now();
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.since = this.now();
  }

  health(): Port.StoreHealth {
    return { status: this.isOpen ? 'healthy' : 'closed', detail: null, since: this.since };
  }

  async join(registration: Port.NodeRegistration): Promise<Port.NodeIdentity> {
    const node = nodes.join(this.opened(), registration, this.now());
    this.hints.emitToOthers('due');
    return node;
  }

  async beat(node: Port.NodeIdentity, workflowIds: readonly string[]): Promise<Port.Pulse> {
    return nodes.beat(this.opened(), node, workflowIds);
  }

  async leave(node: Port.NodeIdentity): Promise<void> {
    if (nodes.leave(this.opened(), node, this.now()) > 0) this.hints.emitToOthers('due');
  }

  async nodes(): Promise<readonly Port.NodeRecord[]> {
    return [...this.opened().nodes.values()].map(({ record }) => record);
  }

  async takeover(dead: Port.NodeIdentity): Promise<readonly string[]> {
    const freed = nodes.takeover(this.opened(), dead, this.now());
    if (freed.length > 0) this.hints.emitToOthers('due');
    return freed;
  }

  async create(instances: readonly Port.NewInstance[]): Promise<readonly Port.CreateReceipt[]> {
    const now = this.now();
    const receipts = instances.map((instance) => start(this.opened(), instance, now));
    const open = receipts.some((receipt) => receipt.verdict === 'created' && receipt.record.owner === null);
    if (open) this.hints.emitToOthers('due');
    return receipts;
  }

  async claim(node: Port.NodeIdentity, request: Port.ClaimRequest): Promise<readonly Port.LoadedInstance[]> {
    return claims.claim(this.opened(), node, request, this.now());
  }

  async commit(asked: Port.Commit): Promise<Port.CommitReceipt> {
    const state = this.opened();
    const receipt = commit(state, asked, this.now());
    if (receipt.rested && state.queued.size > 0) this.hints.emitToOthers('due');
    return receipt;
  }

  async markRunning(
    node: Port.NodeIdentity,
    instances: readonly Pick<Port.InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void> {
    claims.markRunning(this.opened(), node, instances, this.now());
  }

  async release(
    node: Port.NodeIdentity,
    instanceId: string,
    fence: number,
    later?: Port.PutOff,
  ): Promise<void> {
    const released = claims.release(this.opened(), { node, instanceId, fence, later }, this.now());
    if (released) this.hints.emitToOthers('due');
  }

  async control(request: Port.ControlRequest): Promise<Port.ControlReceipt> {
    return this.hinted(controls.control(this.opened(), request, this.now()));
  }

  async send(signal: Port.NewSignal): Promise<Port.SignalReceipt> {
    return this.hinted(controls.send(this.opened(), signal, this.now()));
  }

  async mail(node: Port.NodeIdentity): Promise<readonly Pick<Port.LoadedInstance, 'record' | 'inbox'>[]> {
    return claims.mail(this.opened(), node);
  }

  async nextDueAt(workflowIds?: readonly string[]): Promise<number | null> {
    return claims.nextDueAt(this.opened(), workflowIds);
  }

  async publish(asked: readonly Port.NewEvent[]): Promise<readonly Port.PublishReceipt[]> {
    const now = this.now();
    return this.delivered(asked.map((event) => events.publish(this.opened(), event, now)));
  }

  async deliverDue(limit: number): Promise<readonly Port.PublishReceipt[]> {
    return this.delivered(events.deliverDue(this.opened(), limit, this.now()));
  }

  async define(definitions: readonly Port.DefinitionRecord[]): Promise<void> {
    for (const definition of definitions) housekeeping.define(this.opened(), definition, this.now());
  }

  async definition(workflowId: string, hash: string): Promise<Port.DefinitionRecord | null> {
    return this.opened().definitions.get(JSON.stringify([workflowId, hash])) ?? null;
  }

  async definitions(): Promise<readonly Port.DefinitionRecord[]> {
    const latest = [...this.opened().definitions.values()].map((one) => [one.workflowId, one] as const);
    return [...new Map(latest).values()];
  }

  async load(instanceId: string): Promise<Port.LoadedInstance | null> {
    const instance = this.opened().instances.get(instanceId);
    return instance ? claims.loaded(instance) : null;
  }

  async statuses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Port.InstanceStatus>> {
    return questions.statuses(this.opened(), instanceIds);
  }

  async list(filter: Port.InstanceFilter, page: Port.PageRequest): Promise<Port.InstancePage> {
    return questions.list(this.opened(), filter, page);
  }

  async history(instanceId: string, page: Port.HistoryRequest): Promise<Port.HistoryPage> {
    return questions.history(this.opened(), instanceId, page);
  }

  async countByStatus(filter: Port.InstanceFilter): Promise<Readonly<Record<Port.InstanceStatus, number>>> {
    return questions.countByStatus(this.opened(), filter);
  }

  async subscriptions(
    filter: Parameters<Store['subscriptions']>[0],
  ): Promise<readonly Port.SubscriptionRecord[]> {
    return questions.subscriptions(this.opened(), filter);
  }

  async event(tenantId: string | null, id: string): Promise<Port.StoredEvent | null> {
    return this.opened().events.get(eventMapKey(tenantId, id))?.event ?? null;
  }

  async statistics(since: number): Promise<readonly Port.MinuteStatistics[]> {
    return [...this.opened().minutes.values()]
      .filter(({ minute }) => minute >= since)
      .sort((a, b) => a.minute - b.minute || a.workflowId.localeCompare(b.workflowId));
  }

  async hold(role: string, node: Port.NodeIdentity): Promise<boolean> {
    return nodes.hold(this.opened(), role, node);
  }

  async publications(
    after: number,
    limit: number,
    what: 'whole' | 'headlines' = 'whole',
  ): Promise<readonly Port.Publication[]> {
    return questions.publications(this.opened(), after, limit, what);
  }

  async positions(): Promise<Port.Positions> {
    const { lastPosition: last, deletedPosition: deleted } = this.opened();
    return { last, deleted };
  }

  async cursor(sink: string): Promise<number> {
    return this.opened().cursors.get(sink) ?? 0;
  }

  async saveCursor(sink: string, position: number): Promise<void> {
    this.opened().cursors.set(sink, position);
  }

  async audit(entries: readonly Port.NewAuditEntry[]): Promise<void> {
    for (const entry of entries) this.opened().audit.appendAlone(entry, this.now());
  }

  async seal(chain: string, limit: number): Promise<number> {
    return this.opened().audit.seal(chain, limit);
  }

  async auditTrail(filter: Port.AuditFilter, page: Port.PageRequest): Promise<Port.Page<Port.AuditEntry>> {
    return this.opened().audit.page(filter, page);
  }

  async auditChains(): Promise<Port.AuditChains> {
    return this.opened().audit.state();
  }

  async auditLinks(chain: string, after: number, limit: number): Promise<readonly Port.AuditLink[]> {
    return this.opened().audit.links(chain, after, limit);
  }

  async purge(rules: Port.RetentionRules, limit: number): Promise<number> {
    return housekeeping.purge(this.opened(), rules, limit, this.now());
  }

  async backup(): Promise<void> {
    throw new InvalidOptionsError('store', 'a memory store has nothing to copy');
  }

  async check(): Promise<readonly string[]> {
    this.opened();
    return [];
  }

  onHint(listener: (hint: Port.Hint) => void): () => void {
    return this.hints.add(listener);
  }

  private opened(): MemoryState {
    if (!this.isOpen) throw new StoreUnavailableError('The store is not open');
    return this.state;
  }

  private hinted<T extends Port.SignalReceipt>(receipt: T): T {
    if (receipt.verdict !== 'accepted') return receipt;
    if (receipt.ownerNodeId === null) this.hints.emitToOthers('due');
    else this.hints.emit('mail');
    return receipt;
  }

  private delivered(receipts: Port.PublishReceipt[]): Port.PublishReceipt[] {
    if (receipts.some(({ woken }) => woken.length > 0)) this.hints.emitToOthers('due');
    if (receipts.some(({ owned }) => owned.length > 0)) this.hints.emit('mail');
    return receipts;
  }
}
