import { Store } from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';

/** Hands to another store what holds no payload. A method that is new in the port does not compile until it is placed. */
export abstract class PassingStore extends Store {
  constructor(protected readonly inner: Store) {
    super();
  }

  now(): number {
    return this.inner.now();
  }

  open(): Promise<void> {
    return this.inner.open();
  }

  join(registration: Port.NodeRegistration): Promise<Port.NodeIdentity> {
    return this.inner.join(registration);
  }

  beat(node: Port.NodeIdentity, workflowIds: readonly string[]): Promise<Port.Pulse> {
    return this.inner.beat(node, workflowIds);
  }

  leave(node: Port.NodeIdentity): Promise<void> {
    return this.inner.leave(node);
  }

  nodes(): Promise<readonly Port.NodeRecord[]> {
    return this.inner.nodes();
  }

  takeover(dead: Port.NodeIdentity): Promise<readonly string[]> {
    return this.inner.takeover(dead);
  }

  nextDueAt(workflowIds?: readonly string[]): Promise<number | null> {
    return this.inner.nextDueAt(workflowIds);
  }

  deliverDue(limit: number): Promise<readonly Port.PublishReceipt[]> {
    return this.inner.deliverDue(limit);
  }

  define(definitions: readonly Port.DefinitionRecord[]): Promise<void> {
    return this.inner.define(definitions);
  }

  definition(workflowId: string, hash: string): Promise<Port.DefinitionRecord | null> {
    return this.inner.definition(workflowId, hash);
  }

  definitions(): Promise<readonly Port.DefinitionRecord[]> {
    return this.inner.definitions();
  }

  statuses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Port.InstanceStatus>> {
    return this.inner.statuses(instanceIds);
  }

  countByStatus(filter: Port.InstanceFilter): Promise<Readonly<Record<Port.InstanceStatus, number>>> {
    return this.inner.countByStatus(filter);
  }

  subscriptions(filter: Parameters<Store['subscriptions']>[0]): Promise<readonly Port.SubscriptionRecord[]> {
    return this.inner.subscriptions(filter);
  }

  statistics(since: number): Promise<readonly Port.MinuteStatistics[]> {
    return this.inner.statistics(since);
  }

  hold(role: string, node: Port.NodeIdentity): Promise<boolean> {
    return this.inner.hold(role, node);
  }

  positions(): Promise<Port.Positions> {
    return this.inner.positions();
  }

  cursor(sink: string): Promise<number> {
    return this.inner.cursor(sink);
  }

  saveCursor(sink: string, position: number): Promise<void> {
    return this.inner.saveCursor(sink, position);
  }

  audit(entries: readonly Port.NewAuditEntry[]): Promise<void> {
    return this.inner.audit(entries);
  }

  seal(chain: string, limit: number): Promise<number> {
    return this.inner.seal(chain, limit);
  }

  auditTrail(filter: Port.AuditFilter, page: Port.PageRequest): Promise<Port.Page<Port.AuditEntry>> {
    return this.inner.auditTrail(filter, page);
  }

  auditChains(): Promise<Port.AuditChains> {
    return this.inner.auditChains();
  }

  auditLinks(chain: string, after: number, limit: number): Promise<readonly Port.AuditLink[]> {
    return this.inner.auditLinks(chain, after, limit);
  }

  purge(rules: Port.RetentionRules, limit: number): Promise<number> {
    return this.inner.purge(rules, limit);
  }

  backup(target: string): Promise<void> {
    return this.inner.backup(target);
  }

  check(): Promise<readonly string[]> {
    return this.inner.check();
  }

  onHint(listener: (hint: Port.Hint) => void): () => void {
    return this.inner.onHint(listener);
  }
}
