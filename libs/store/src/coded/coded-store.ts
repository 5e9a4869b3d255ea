import { SilentLogger } from '@workflow-runner/contract';
import type * as Port from '@workflow-runner/contract';
import { CallLine } from './call-line.js';
import { CodecCondition } from './codec-condition.js';
import * as decoding from './decoding.js';
import { encodeCommit, encodeControl, encodeInstance, encodeMessage } from './encoding.js';
import { together } from './eventually.js';
import { PassingStore } from './passing-store.js';
import { PayloadCoder } from './payload-coder.js';

/** How long `close` waits for a codec that has not answered, in ms. */
const CLOSE_PATIENCE_MS = 5_000;

export interface CodedStoreOptions {
  /** Where everything is kept; opened and closed with this one, and used by nobody else. */
  readonly store: Port.Store;
  readonly codec: Port.PayloadCodec;
  /** @default none */
  readonly logger?: Port.Logger;
}

/**
 * Another store whose payloads pass through a codec on their way in and out. Calls reach it in the order in which they
 * were made, those of a codec that answers at once in the same turn of the event loop. While the codec does not
 * encode, `health` is degraded. What cannot be decoded is left as it is and marked as unreadable.
 */
export class CodedStore extends PassingStore {
  private readonly coder: PayloadCoder;
  private readonly condition: CodecCondition;
  private readonly calls = new CallLine();
  private readonly receipts = new CallLine();

  constructor({ store, codec, logger = new SilentLogger() }: CodedStoreOptions) {
    super(store);
    this.condition = new CodecCondition(() => store.now(), logger);
    this.coder = new PayloadCoder(codec, this.condition);
  }

  async close(): Promise<void> {
    await this.calls.emptied(CLOSE_PATIENCE_MS);
    await this.inner.close();
  }

  health(): Port.StoreHealth {
    return this.condition.over(this.inner.health());
  }

  async create(instances: readonly Port.NewInstance[]): Promise<readonly Port.CreateReceipt[]> {
    const coded = together(instances.map((instance) => encodeInstance(this.coder, instance)));
    return this.calls.enter(coded, (all) => this.inner.create(all));
  }

  async claim(node: Port.NodeIdentity, request: Port.ClaimRequest): Promise<readonly Port.LoadedInstance[]> {
    const claimed = await this.calls.enter(request, (asked) => this.inner.claim(node, asked));
    return together(claimed.map((loaded) => decoding.decodeLoaded(this.coder, loaded)));
  }

  async commit(commit: Port.Commit): Promise<Port.CommitReceipt> {
    const coded = encodeCommit(this.coder, commit);
    const receipt = await this.calls.enter(coded, (one) => this.inner.commit(one));
    const decoded = decoding.decodeReceipt(this.coder, commit.instanceId, receipt);
    return this.receipts.enter(decoded, (one) => one);
  }

  async markRunning(
    node: Port.NodeIdentity,
    instances: readonly Pick<Port.InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void> {
    return this.calls.enter(instances, (all) => this.inner.markRunning(node, all));
  }

  async release(
    node: Port.NodeIdentity,
    instanceId: string,
    fence: number,
    later?: Port.PutOff,
  ): Promise<void> {
    return this.calls.enter(later, (when) => this.inner.release(node, instanceId, fence, when));
  }

  async control(request: Port.ControlRequest): Promise<Port.ControlReceipt> {
    return this.calls.enter(encodeControl(this.coder, request), (coded) => this.inner.control(coded));
  }

  async send(signal: Port.NewSignal): Promise<Port.SignalReceipt> {
    return this.calls.enter(encodeMessage(this.coder, signal), (coded) => this.inner.send(coded));
  }

  async mail(node: Port.NodeIdentity): Promise<readonly Pick<Port.LoadedInstance, 'record' | 'inbox'>[]> {
    const mail = await this.inner.mail(node);
    return together(mail.map((one) => decoding.decodeMail(this.coder, one)));
  }

  async publish(events: readonly Port.NewEvent[]): Promise<readonly Port.PublishReceipt[]> {
    const coded = together(events.map((event) => encodeMessage(this.coder, event)));
    return this.calls.enter(coded, (all) => this.inner.publish(all));
  }

  async load(instanceId: string): Promise<Port.LoadedInstance | null> {
    const loaded = await this.inner.load(instanceId);
    return loaded && decoding.decodeLoaded(this.coder, loaded);
  }

  async list(filter: Port.InstanceFilter, page: Port.PageRequest): Promise<Port.InstancePage> {
    const found = await this.inner.list(filter, page);
    return { ...found, items: found.items.map(decoding.withoutMarkData) };
  }

  async history(instanceId: string, page: Port.HistoryRequest): Promise<Port.HistoryPage> {
    const found = await this.inner.history(instanceId, page);
    return { ...found, items: await together(found.items.map((row) => decoding.decodeRow(this.coder, row))) };
  }

  async event(tenantId: string | null, id: string): Promise<Port.StoredEvent | null> {
    const event = await this.inner.event(tenantId, id);
    return event && decoding.decodeEvent(this.coder, event);
  }

  async publications(
    after: number,
    limit: number,
    what?: 'whole' | 'headlines',
  ): Promise<readonly Port.Publication[]> {
    const found = await this.inner.publications(after, limit, what);
    return together(found.map((row) => decoding.decodeRow(this.coder, row)));
  }
}
