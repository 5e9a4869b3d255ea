import { InvalidOptionsError, SilentLogger, Store, StoreUnavailableError } from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';
import { randomBytes } from 'node:crypto';
import { Hints } from '../shared/hints.js';
import { Condition } from './condition.js';
import { StoreConnection } from './connection.js';
import { OpenStore } from './open-store.js';
import type { MongoStoreOptions } from './options.js';
import { OrderKeys } from './order-keys.js';
import { ServerTime } from './server-time.js';

/**
 * One database that many processes share, on one server or a replica set. Nothing needs a transaction: each decision is one
 * document. While the server is away the store is open and degraded, refuses every call with StoreUnavailableError at once, and
 * looks for it until it is back.
 */
export class MongoStore extends Store {
  private readonly time: ServerTime;
  private readonly condition: Condition;
  private readonly connection: StoreConnection;
  private readonly hints = new Hints();
  private readonly underWay = new Set<Promise<unknown>>();
  private open_: OpenStore | null = null;

  constructor(private readonly options: MongoStoreOptions) {
    super();
    if ((options.uri === undefined) === (options.connection === undefined))
      throw new InvalidOptionsError('store', 'needs either `uri` or `connection`');
    this.time = new ServerTime(options.clock);
    this.condition = new Condition(() => this.now(), options.logger);
    this.connection = new StoreConnection(options, this.condition, this.time);
  }

  now(): number {
    return this.time.now();
  }

  async open(): Promise<void> {
    if (this.open_) return;
    await this.connection.open();
    const { hints, options, connection } = this;
    this.open_ = new OpenStore({
      driver: connection.driver,
      now: () => this.now(),
      keys: new OrderKeys(randomBytes(4).toString('hex')),
      hints,
      logger: options.logger ?? new SilentLogger(),
    });
    this.open_.watch.start();
  }

  async close(): Promise<void> {
    const open = this.open_;
    if (!open) return;
    this.open_ = null;
    await Promise.allSettled(this.underWay);
    await open.close();
    await this.connection.close();
  }

  health(): Port.StoreHealth {
    return this.condition.health;
  }

  async join(registration: Port.NodeRegistration): Promise<Port.NodeIdentity> {
    return this.on((open) => open.nodes.join(registration));
  }

  async beat(node: Port.NodeIdentity, workflowIds: readonly string[]): Promise<Port.Pulse> {
    return this.on(async (open) => {
      const pulse = await open.nodes.beat(node, workflowIds);
      await this.time.sample(this.connection.driver);
      if (pulse.alive) await open.sweeping.run();
      return pulse;
    });
  }

  async leave(node: Port.NodeIdentity): Promise<void> {
    return this.on((open) => open.nodes.leave(node));
  }

  async nodes(): Promise<readonly Port.NodeRecord[]> {
    return this.on((open) => open.nodes.list());
  }

  async takeover(dead: Port.NodeIdentity): Promise<readonly string[]> {
    return this.on((open) => open.nodes.takeover(dead));
  }

  async create(instances: readonly Port.NewInstance[]): Promise<readonly Port.CreateReceipt[]> {
    return this.on((open) => open.creating.create(instances));
  }

  async claim(node: Port.NodeIdentity, request: Port.ClaimRequest): Promise<readonly Port.LoadedInstance[]> {
    return this.on((open) => open.claiming.claim(node, request));
  }

  // Each step goes through here: no promise around the promise.
  commit(asked: Port.Commit): Promise<Port.CommitReceipt> {
    return this.open_ ? this.open_.commits.commit(asked) : Promise.reject(this.notOpen());
  }

  async markRunning(
    node: Port.NodeIdentity,
    instances: readonly Pick<Port.InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void> {
    return this.on((open) => open.claiming.markRunning(node, instances));
  }

  async release(
    node: Port.NodeIdentity,
    instanceId: string,
    fence: number,
    later?: Port.PutOff,
  ): Promise<void> {
    return this.on((open) => open.releasing.release(node, instanceId, fence, later));
  }

  async control(request: Port.ControlRequest): Promise<Port.ControlReceipt> {
    return this.on((open) => open.controlling.control(request));
  }

  async send(signal: Port.NewSignal): Promise<Port.SignalReceipt> {
    return this.on((open) => open.signalling.send(signal));
  }

  async mail(node: Port.NodeIdentity): Promise<readonly Pick<Port.LoadedInstance, 'record' | 'inbox'>[]> {
    return this.on((open) => open.loading.mail(node));
  }

  async nextDueAt(workflowIds?: readonly string[]): Promise<number | null> {
    return this.on((open) => open.choosing.nextDueAt(workflowIds));
  }

  async publish(events: readonly Port.NewEvent[]): Promise<readonly Port.PublishReceipt[]> {
    return this.on((open) => open.events.publish(events));
  }

  async deliverDue(limit: number): Promise<readonly Port.PublishReceipt[]> {
    return this.on((open) => open.events.deliverDue(limit));
  }

  async define(definitions: readonly Port.DefinitionRecord[]): Promise<void> {
    return this.on((open) => open.definitions.define(definitions));
  }

  async definition(workflowId: string, hash: string): Promise<Port.DefinitionRecord | null> {
    return this.on((open) => open.definitions.definition(workflowId, hash));
  }

  async definitions(): Promise<readonly Port.DefinitionRecord[]> {
    return this.on((open) => open.definitions.definitions());
  }

  async load(instanceId: string): Promise<Port.LoadedInstance | null> {
    return this.on((open) => open.loading.load(instanceId));
  }

  async statuses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Port.InstanceStatus>> {
    return this.on((open) => open.questions.statuses(instanceIds));
  }

  async list(filter: Port.InstanceFilter, page: Port.PageRequest): Promise<Port.InstancePage> {
    return this.on((open) => open.questions.list(filter, page));
  }

  async history(instanceId: string, page: Port.HistoryRequest): Promise<Port.HistoryPage> {
    return this.on((open) => open.questions.history(instanceId, page));
  }

  async countByStatus(filter: Port.InstanceFilter): Promise<Readonly<Record<Port.InstanceStatus, number>>> {
    return this.on((open) => open.questions.countByStatus(filter));
  }

  async subscriptions(
    filter: Parameters<Store['subscriptions']>[0],
  ): Promise<readonly Port.SubscriptionRecord[]> {
    return this.on((open) => open.questions.subscriptions(filter));
  }

  async event(tenantId: string | null, id: string): Promise<Port.StoredEvent | null> {
    return this.on((open) => open.events.event(tenantId, id));
  }

  async statistics(since: number): Promise<readonly Port.MinuteStatistics[]> {
    return this.on((open) => open.statistics.statistics(since));
  }

  async hold(role: string, node: Port.NodeIdentity): Promise<boolean> {
    return this.on((open) => open.roles.hold(role, node));
  }

  async publications(
    after: number,
    limit: number,
    what: 'whole' | 'headlines' = 'whole',
  ): Promise<readonly Port.Publication[]> {
    return this.on((open) => open.ledger.publications(after, limit, what));
  }

  async positions(): Promise<Port.Positions> {
    return this.on((open) => open.ledger.positions());
  }

  async cursor(sink: string): Promise<number> {
    return this.on((open) => open.cursors.cursor(sink));
  }

  async saveCursor(sink: string, position: number): Promise<void> {
    return this.on((open) => open.cursors.saveCursor(sink, position));
  }

  async audit(entries: readonly Port.NewAuditEntry[]): Promise<void> {
    return this.on((open) => open.audit.audit(entries));
  }

  async seal(chain: string, limit: number): Promise<number> {
    return this.on((open) => open.audit.seal(chain, limit));
  }

  async auditTrail(filter: Port.AuditFilter, page: Port.PageRequest): Promise<Port.Page<Port.AuditEntry>> {
    return this.on((open) => open.audit.auditTrail(filter, page));
  }

  async auditChains(): Promise<Port.AuditChains> {
    return this.on((open) => open.audit.auditChains());
  }

  async auditLinks(chain: string, after: number, limit: number): Promise<readonly Port.AuditLink[]> {
    return this.on((open) => open.audit.auditLinks(chain, after, limit));
  }

  async purge(rules: Port.RetentionRules, limit: number): Promise<number> {
    return this.on((open) => open.retention.purge(rules, limit));
  }

  async backup(): Promise<void> {
    throw new InvalidOptionsError('store', 'MongoDB has its own tools for a copy: mongodump, or a snapshot');
  }

  async check(): Promise<readonly string[]> {
    return this.on((open) => open.checking.check());
  }

  onHint(listener: (hint: Port.Hint) => void): () => void {
    return this.hints.add(listener);
  }

  /** What is under way is finished before the store is closed. */
  private async on<T>(work: (open: OpenStore) => Promise<T>): Promise<T> {
    if (!this.open_) throw this.notOpen();
    const running = work(this.open_);
    this.underWay.add(running);
    try {
      return await running;
    } finally {
      this.underWay.delete(running);
    }
  }

  private notOpen(): StoreUnavailableError {
    return new StoreUnavailableError('The MongoDB store is not open');
  }
}
