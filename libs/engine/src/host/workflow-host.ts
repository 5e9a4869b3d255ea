import {
  StoppingError,
  type Clock,
  type Ids,
  type Logger,
  type NodeIdentity,
  type Random,
  type StepPolicy,
  type Store,
} from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';
import { WorkflowRegistry } from '../definition/registry.js';
import { WorkflowLimits } from '../definition/workflow-limits.js';
import { PLAIN_ACTIVATOR, type StepActivator } from './activator.js';
import { Beginning } from './beginning.js';
import { lookAtChangedDefinitions } from './changed-definitions.js';
import { Claimer } from './claimer.js';
import { Completions } from './completions.js';
import { resolveHostOptions, type HostOptions } from './host-options.js';
import { Housekeeper } from './housekeeper.js';
import { KnownDefinitions } from './known-definitions.js';
import { messageOf } from './message-of.js';
import { NodeKeeper } from './node-keeper.js';
import { Relay, type Sink } from './relay.js';
import { RunnerPool, type LocalTelling, type StepAtWork } from './runner-pool.js';
import { Sealer } from './sealer.js';
import type { HostServices } from './services.js';
import { SuspectLane } from './suspect-lane.js';
import { Timers } from './timers.js';
import { lookAtUnreadable } from './unreadable.js';
import { Watch } from './watch.js';
import { within } from './within.js';

export interface HostParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly policy: StepPolicy;
  readonly activator?: StepActivator;
  readonly options?: Partial<HostOptions>;
}

/** Time that a part has to stop even when the drain limit is used up, in ms. */
const LEAST_STOP_MS = 500;

/**
 * A node that runs instances: owns them, runs them, gives them back. Expects an open store and does not close it.
 *
 *   idle ──start──▶ running ──stop──▶ draining ──nothing runs, or drainMs──▶ idle
 *
 * Where the store is away at the start it is running all the same, and not in the store yet: it tries again until it is.
 */
export class WorkflowHost {
  readonly registry = new WorkflowRegistry();
  /** @internal */ readonly services: HostServices;
  /** @internal */ readonly completions: Completions;
  /** What other nodes of the store have registered. @internal */
  readonly known: KnownDefinitions;
  /** @internal */ readonly pool: RunnerPool;
  /** Takes what this process has written into the audit trail's chains. @internal */
  readonly sealer: Sealer;

  /** Of this node's life in the store, which may be away when it starts. @internal */
  readonly beginning: Beginning;
  private readonly keeper: NodeKeeper;
  private readonly claimer: Claimer;
  private readonly housekeeper: Housekeeper;
  private readonly relay: Relay;
  private state: 'idle' | 'running' | 'draining' = 'idle';
  private stopHints: () => void = () => undefined;
  /** The look at instances that a start may set free: those of edited workflows, and those nobody could read. */
  private redeploy: Promise<void> = Promise.resolve();
  private workflowIds: readonly string[] = [];
  private limits_ = new WorkflowLimits([]);

  constructor(parts: HostParts) {
    const options = resolveHostOptions(parts.options ?? {});
    const { store, clock, logger, ids } = parts;
    const activator = parts.activator ?? PLAIN_ACTIVATOR;
    const registry = this.registry;
    const timers = new Timers(clock, () => store.now());
    this.services = {
      ...parts,
      options,
      activator,
      registry,
      timers,
      watch: new Watch(clock),
      suspects: new SuspectLane(),
      unwritable: new Map(),
    };
    this.known = new KnownDefinitions(store, clock, options.pollIntervalMs);
    this.completions = new Completions(store, clock, (id) => this.pool.has(id));
    this.pool = new RunnerPool(this.services, this.completions, this.poolOwner());
    const nodeId = options.nodeId ?? `node-${ids.next()}`;
    this.sealer = new Sealer(store, clock, logger, options.pollIntervalMs, nodeId);
    this.pool.onTelling(({ entry }) => entry.control !== null && this.sealer.wrote());
    this.keeper = new NodeKeeper(store, clock, logger, options, nodeId, {
      workflowIds: () => this.workflowIds,
      fenced: () => this.pool.dropAll('this node lost its epoch'),
      rung: () => void this.pool.readMail(),
      tookOver: () => this.claimer.ask(),
    });
    this.claimer = new Claimer(store, clock, logger, options.pollIntervalMs, {
      node: () => this.node,
      freeLanes: () => this.pool.freeLanes(),
      freeStandby: () => this.pool.freeStandby(),
      workflowIds: () => this.workflowIds,
      limits: () => this.limits_.list,
      cachedRevision: (id) => this.pool.cachedRevision(id),
      adopt: (loaded) => void this.pool.adopt(loaded),
      doubt: () => this.pool.doubt(),
    });
    this.relay = new Relay(store, clock, logger, options.pollIntervalMs, () => this.node);
    this.housekeeper = new Housekeeper(this.services);
    this.beginning = new Beginning(clock, logger, () => this.begin());
  }

  private poolOwner(): ConstructorParameters<typeof RunnerPool>[2] {
    const node = (): NodeIdentity | null => this.node;
    const isRunning = (): boolean => this.isRunning;
    const hasBacklog = (): boolean => this.claimer.hasBacklog;
    return {
      get node() {
        return node();
      },
      get isRunning() {
        return isRunning();
      },
      get hasBacklog() {
        return hasBacklog();
      },
      workflowIds: () => this.workflowIds,
      limits: () => this.limits_,
      ask: (at) => (at === undefined ? this.claimer.ask() : this.claimer.askAt(at)),
      sleeps: (until) => this.claimer.askAhead(until),
      fenced: (lost) => this.beginNewEpoch(lost),
    };
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  /** This node's epoch; null while it is not in the store. */
  get node(): NodeIdentity | null {
    return this.keeper.node;
  }

  /** How many instances of each workflow run at once. @internal */
  get limits(): WorkflowLimits {
    return this.limits_;
  }

  /** Instances being run here. */
  get activeCount(): number {
    return this.pool.size;
  }

  /** Bodies at work here; those that were left behind after their time do not count. */
  stepsAtWork(): StepAtWork[] {
    return this.pool.stepsAtWork();
  }

  /** Something that is no body is under way here: a start, a commit, a look at the store, a telling of a sink. */
  get isMoving(): boolean {
    return this.pool.isMoving || this.claimer.isLooking || this.relay.isTelling;
  }

  /** @throws {StoppingError} */
  assertTakesWork(): void {
    if (this.state === 'draining') throw new StoppingError();
  }

  // Registering ---------------------------------------------------------------------------------------

  /** Adds a compiled workflow; while running, the store and the other nodes learn of it at once. */
  async register(definition: CompiledDefinition): Promise<CompiledDefinition> {
    const registered = this.registry.register(definition);
    this.listWorkflows();
    if (this.state === 'running') {
      await this.define([registered]);
      await this.keeper.beat();
      this.claimer.ask();
    }
    return registered;
  }

  unregister(workflowId: string): void {
    this.registry.unregister(workflowId);
    this.listWorkflows();
  }

  private listWorkflows(): void {
    const definitions = this.registry.all();
    this.workflowIds = definitions.map((definition) => definition.workflowId);
    this.limits_ = new WorkflowLimits(definitions);
  }

  private async define(definitions: readonly CompiledDefinition[]): Promise<void> {
    await this.services.store.define(
      definitions.map(({ workflowId, hash, shape }) => ({ workflowId, hash, shape })),
    );
  }

  // Life ----------------------------------------------------------------------------------------------

  /**
   * Joins the store as a node; with `execute` it recovers what was left behind and begins to run. Where the store is away
   * it resolves, and does so later. @throws whatever else stands in its way
   */
  async start(): Promise<void> {
    if (this.state !== 'idle') return;
    this.state = 'running';
    try {
      await this.beginning.start();
    } catch (error) {
      this.state = 'idle';
      this.stopHints();
      await this.sealer.stop();
      throw error;
    }
  }

  /** May be repeated when it fails. */
  private async begin(): Promise<void> {
    const { store, options } = this.services;
    await this.define(this.registry.all());
    this.sealer.start();
    if (!options.execute) return;
    this.stopHints();
    this.stopHints = store.onHint((hint) =>
      hint === 'mail' ? void this.pool.readMail() : this.claimer.ask(),
    );
    await this.keeper.start();
    this.claimer.start();
    this.relay.start();
    this.housekeeper.start();
    this.redeploy = this.lookAtWaiting();
  }

  /** Takes nothing new, waits up to `drainMs` for running steps, gives everything back. */
  async stop(drainMs = this.services.options.drainMs): Promise<void> {
    if (this.state !== 'running') return;
    this.state = 'draining';
    const { clock } = this.services;
    const until = clock.monotonic() + drainMs;
    // A store that does not answer, or a sink that does not return, must not hold up the end: the lease will tell.
    const inTime = (work: Promise<unknown>): Promise<void> =>
      within(clock, Math.max(LEAST_STOP_MS, until - clock.monotonic()), work, (error) =>
        this.services.logger.warn('stop.incomplete', { error: messageOf(error) }),
      );
    const { pool, claimer, housekeeper } = this;
    await inTime(this.beginning.stop());
    await inTime(Promise.all([pool.giveBackStandby(), this.redeploy, housekeeper.stop(), claimer.stop()]));
    this.stopHints();
    await this.pool.drain(Math.max(0, until - clock.monotonic()));
    this.pool.dropAll('the node stops');
    await inTime(this.relay.stop());
    await inTime(Promise.all([this.sealer.stop(), this.keeper.stop()]));
    this.services.timers.clear();
    this.services.watch.clear();
    this.completions.abandon(new StoppingError());
    this.state = 'idle';
  }

  private async lookAtWaiting(): Promise<void> {
    const { store, logger } = this.services;
    const claim = (instanceIds: readonly string[]): Promise<void> => this.pool.claim(instanceIds);
    try {
      const definitions = this.registry.all();
      await lookAtChangedDefinitions({ store, definitions, claim, goesOn: () => this.isRunning });
      await lookAtUnreadable({ store, claim, freeLanes: () => this.pool.freeLanes() });
    } catch (error) {
      logger.warn('start.look-failed', { error: messageOf(error) });
    }
  }

  private beginNewEpoch(lost: NodeIdentity): void {
    this.keeper.rejoin(lost).then(
      () => this.claimer.ask(),
      (error: unknown) => this.services.logger.error('node.rejoin-failed', { error: messageOf(error) }),
    );
  }

  /** Something is due now, or will be at a moment in epoch ms; null: never by itself. */
  dueAt(at: number | null): void {
    if (at === null) return;
    if (at > this.services.store.now()) this.claimer.askAt(at);
    else this.claimer.ask();
  }

  // Telling -------------------------------------------------------------------------------------------

  /** Called for every commit of this process that has become durable; best effort. @returns how to stop */
  onTelling(listener: (telling: LocalTelling) => void): () => void {
    return this.pool.onTelling(listener);
  }

  /** Tells a sink of every commit of the store that has something to tell, at least once. @returns how to stop */
  addSink(sink: Sink): () => Promise<void> {
    const stopWaking = this.pool.onTelling(({ entry }) => entry.tell.length > 0 && this.relay.wake());
    const remove = this.relay.add(sink);
    return async () => {
      stopWaking();
      await remove();
    };
  }
}

export type { LocalTelling, StepAtWork } from './runner-pool.js';
export type { Sink } from './relay.js';
