import {
  InvalidOptionsError,
  Store,
  StoreCorruptError,
  StoreUnavailableError,
} from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';
import { Hints } from '../shared/hints.js';
import { StoreTime } from '../shared/store-time.js';
import { copyTo } from './backup.js';
import { findBrokenPages, findBrokenPromises } from './checking.js';
import { Condition } from './condition.js';
import { loadDriver } from './driver.js';
import { AT_ONCE, SyncedLog } from './durability.js';
import type { Group } from './group.js';
import { Joining } from './joining.js';
import { closeFile, isSyncedByUs, openFile } from './open-file.js';
import { OpenStore } from './open-store.js';
import type { SqliteStoreOptions } from './options.js';
import { readAgain } from './read-again.js';
import type { Refusal } from './refusal.js';

/** How long `close` waits for what is under way while somebody else holds the write lock, in ms. */
const CLOSE_PATIENCE_MS = 5_000;

/**
 * One file, several processes of one machine. Writes of one turn of the event loop share a transaction that is
 * fsynced before any of them resolves; nothing ever stands still for a lock. While somebody else holds the write lock,
 * writes wait (`health` says so after a second) and are refused with StoreLockedError after five seconds; reads never
 * wait for it.
 */
export class SqliteStore extends Store {
  private readonly time: StoreTime;
  private readonly condition: Condition;
  private readonly hints = new Hints();
  private open_: OpenStore | null = null;

  constructor(private readonly options: SqliteStoreOptions) {
    super();
    if (options.path === '' || options.path.startsWith(':')) {
      throw new InvalidOptionsError('store.path', 'must name a file; for tests there is the memory store');
    }
    this.time = new StoreTime(options.clock);
    this.condition = new Condition(() => this.now(), options.logger);
  }

  now(): number {
    return this.time.now();
  }

  async open(): Promise<void> {
    if (this.open_) return;
    const opener = await loadDriver(this.options.driver);
    const driver = await openFile(opener, this.options);
    const { condition, hints, options } = this;
    const now = (): number => this.now();
    const durability = isSyncedByUs(driver, options)
      ? new SyncedLog(driver, driver.log!, options.path)
      : AT_ONCE;
    this.open_ = new OpenStore({ driver, durability, opener, path: options.path, condition, hints, now });
    this.condition.healthy();
    this.open_.watch.start();
    this.open_.mending.start();
  }

  async close(): Promise<void> {
    const open = this.open_;
    if (!open) return;
    this.open_ = null;
    open.watch.stop();
    open.mending.stop();
    await open.groups.close(CLOSE_PATIENCE_MS);
    open.local.releaseAll();
    closeFile(open.parts.driver);
    this.condition.closed();
  }

  health(): Port.StoreHealth {
    return this.condition.health;
  }

  async join(registration: Port.NodeRegistration): Promise<Port.NodeIdentity> {
    const open = this.opened();
    const { opener, path } = open.parts;
    const joining = new Joining(registration, opener, path, open.registry);
    try {
      const node = await open.groups.run(joining.work);
      joining.settle(open.local);
      open.ownership.clear();
      return node;
    } catch (error) {
      joining.abandon();
      throw error;
    }
  }

  async beat(node: Port.NodeIdentity, workflowIds: readonly string[]): Promise<Port.Pulse> {
    return this.write((open, group) => open.registry.beat(group, node, workflowIds));
  }

  async leave(node: Port.NodeIdentity): Promise<void> {
    await this.write((open, group) => open.registry.leave(group, node));
    this.open_?.local.remove(node);
  }

  async nodes(): Promise<readonly Port.NodeRecord[]> {
    return this.look((open) => open.registry.list());
  }

  async takeover(dead: Port.NodeIdentity): Promise<readonly string[]> {
    return this.write((open, group) => open.registry.takeover(group, dead));
  }

  async create(instances: readonly Port.NewInstance[]): Promise<readonly Port.CreateReceipt[]> {
    return this.write((open, group) => instances.map((one) => open.creating.create(group, one)));
  }

  async claim(node: Port.NodeIdentity, request: Port.ClaimRequest): Promise<readonly Port.LoadedInstance[]> {
    return this.write((open, group) => open.claiming.claim(group, node, request));
  }

  // Each step goes through here: no function of its own, and no promise around the promise.
  commit(asked: Port.Commit): Promise<Port.CommitReceipt> {
    const open = this.open_;
    return open ? open.groups.runWith(open.commit, asked) : Promise.reject(this.notOpen());
  }

  async markRunning(
    node: Port.NodeIdentity,
    instances: readonly Pick<Port.InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void> {
    return this.write((open, group) => open.claiming.markRunning(group, node, instances));
  }

  async release(
    node: Port.NodeIdentity,
    instanceId: string,
    fence: number,
    later?: Port.PutOff,
  ): Promise<void> {
    return this.write((open, group) => open.claiming.release(group, node, instanceId, fence, later));
  }

  async control(request: Port.ControlRequest): Promise<Port.ControlReceipt> {
    return this.write((open, group) => open.controlling.control(group, request));
  }

  async send(signal: Port.NewSignal): Promise<Port.SignalReceipt> {
    return this.write((open, group) => open.signalling.send(group, signal));
  }

  async mail(node: Port.NodeIdentity): Promise<readonly Pick<Port.LoadedInstance, 'record' | 'inbox'>[]> {
    return this.look((open) => open.mail.read(node), 'consistent');
  }

  async nextDueAt(workflowIds?: readonly string[]): Promise<number | null> {
    return this.look((open) => open.claiming.nextDueAt(workflowIds));
  }

  async publish(events: readonly Port.NewEvent[]): Promise<readonly Port.PublishReceipt[]> {
    return this.write((open, group) => events.map((event) => open.publishing.publish(group, event)));
  }

  async deliverDue(limit: number): Promise<readonly Port.PublishReceipt[]> {
    return this.write((open, group) => open.publishing.deliverDue(group, limit));
  }

  async define(definitions: readonly Port.DefinitionRecord[]): Promise<void> {
    return this.write((open, group) => open.definitions.define(group, definitions));
  }

  async definition(workflowId: string, hash: string): Promise<Port.DefinitionRecord | null> {
    return this.read((open) => open.definitions.find(workflowId, hash));
  }

  async definitions(): Promise<readonly Port.DefinitionRecord[]> {
    return this.read((open) => open.definitions.latest());
  }

  async load(instanceId: string): Promise<Port.LoadedInstance | null> {
    return this.read((open) => {
      const row = open.questions.row(instanceId);
      return row ? open.claiming.loaded(row) : null;
    }, 'consistent');
  }

  async statuses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Port.InstanceStatus>> {
    return this.read((open) => open.questions.statuses(instanceIds));
  }

  async list(filter: Port.InstanceFilter, page: Port.PageRequest): Promise<Port.InstancePage> {
    return this.read((open) => open.questions.list(filter, page));
  }

  async history(instanceId: string, page: Port.HistoryRequest): Promise<Port.HistoryPage> {
    return this.read((open) => open.questions.history(instanceId, page));
  }

  async countByStatus(filter: Port.InstanceFilter): Promise<Readonly<Record<Port.InstanceStatus, number>>> {
    return this.read((open) => open.questions.countByStatus(filter));
  }

  async subscriptions(
    filter: Parameters<Store['subscriptions']>[0],
  ): Promise<readonly Port.SubscriptionRecord[]> {
    return this.read((open) => open.questions.subscriptions(filter));
  }

  async event(tenantId: string | null, id: string): Promise<Port.StoredEvent | null> {
    return this.read((open) => open.publishing.event(tenantId, id));
  }

  async statistics(since: number): Promise<readonly Port.MinuteStatistics[]> {
    return this.read((open) => open.statistics.since(since));
  }

  async hold(role: string, node: Port.NodeIdentity): Promise<boolean> {
    return this.write((open, group) => open.registry.hold(group, role, node));
  }

  async publications(
    after: number,
    limit: number,
    what: 'whole' | 'headlines' = 'whole',
  ): Promise<readonly Port.Publication[]> {
    return this.read((open) => open.telling.publications(after, limit, what));
  }

  async positions(): Promise<Port.Positions> {
    return this.read((open) => open.telling.positions());
  }

  async cursor(sink: string): Promise<number> {
    return this.read((open) => open.telling.cursor(sink));
  }

  async saveCursor(sink: string, position: number): Promise<void> {
    return this.write((open) => open.telling.saveCursor(sink, position));
  }

  async audit(entries: readonly Port.NewAuditEntry[]): Promise<void> {
    return this.write((open, { now }) => {
      for (const entry of entries) open.audit.write({ ...entry, at: now }, true);
    });
  }

  async seal(chain: string, limit: number): Promise<number> {
    if (!(await this.look((open) => open.sealing.isDue))) return 0;
    return this.write((open) => open.sealing.seal(chain, limit));
  }

  async auditTrail(filter: Port.AuditFilter, page: Port.PageRequest): Promise<Port.Page<Port.AuditEntry>> {
    return this.read((open) => open.trail.page(filter, page), 'consistent');
  }

  async auditChains(): Promise<Port.AuditChains> {
    return this.read((open) => open.trail.state(), 'consistent');
  }

  async auditLinks(chain: string, after: number, limit: number): Promise<readonly Port.AuditLink[]> {
    return this.read((open) => open.trail.linksOf(chain, after, limit));
  }

  async purge(rules: Port.RetentionRules, limit: number): Promise<number> {
    return this.write((open, group) => open.retention.purge(group, rules, limit));
  }

  async backup(target: string): Promise<void> {
    await copyTo(this.opened().parts.driver, target);
  }

  async check(): Promise<readonly string[]> {
    try {
      const broken = await this.read((open) => findBrokenPages(open.parts.driver));
      if (broken.length > 0) return broken;
      return await this.read((open) => findBrokenPromises(open.parts.driver), 'consistent');
    } catch (error) {
      if (error instanceof StoreCorruptError) return [error.message];
      throw error;
    }
  }

  onHint(listener: (hint: Port.Hint) => void): () => void {
    return this.hints.add(listener);
  }

  private opened(): OpenStore {
    if (!this.open_) throw this.notOpen();
    return this.open_;
  }

  private notOpen(): StoreUnavailableError {
    return new StoreUnavailableError(`${this.options.path} is not open`);
  }

  private write<T>(work: (open: OpenStore, group: Group) => T | Refusal): Promise<T> {
    const open = this.opened();
    return open.groups.run((group) => work(open, group));
  }

  /** What is answered survives a loss of power. */
  private async read<T>(work: (open: OpenStore) => T, how: 'plain' | 'consistent' = 'plain'): Promise<T> {
    const { durability } = this.opened().parts;
    const found = await this.look(work, how);
    await durability.ofReads();
    return found;
  }

  /** For what is only used to write: that is durable after what it builds on. */
  private look<T>(work: (open: OpenStore) => T, how: 'plain' | 'consistent' = 'plain'): Promise<T> {
    const open = this.opened();
    return readAgain(open.parts, how, () => work(open));
  }
}
