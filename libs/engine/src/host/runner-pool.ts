import {
  FailureLog,
  isEnded,
  type InstanceRecord,
  type JournalEntry,
  type LoadedInstance,
  type NodeIdentity,
  type Rest,
} from '@workflow-runner/contract';
import type { WorkflowLimits } from '../definition/workflow-limits.js';
import { admit } from './admit.js';
import type { Completions } from './completions.js';
import { GivingBack } from './giving-back.js';
import { ImageCache } from './image-cache.js';
import type { Image } from './image.js';
import { inRounds } from './in-rounds.js';
import { InstanceRunner } from './instance-runner.js';
import { messageOf } from './message-of.js';
import type { HostServices, RunnerOwner } from './services.js';
import { Standby } from './standby.js';
import type { PreparedStart } from './starter.js';
import { STRAY_MS, Strays } from './strays.js';

/** One commit of this process, told right after it became durable. Best effort: the relay tells at least once. */
export interface LocalTelling {
  /** @internal */ readonly runner: InstanceRunner;
  readonly revision: number;
  readonly entry: JournalEntry;
  readonly at: number;
}

/** One step body at work. */
export interface StepAtWork {
  readonly instanceId: string;
  readonly workflowId: string;
  readonly stepId: number;
  readonly stepName: string;
  readonly attempt: number;
  /** Store time, epoch ms. */
  readonly startedAt: number;
}

export interface RunnerPoolOwner {
  readonly node: NodeIdentity | null;
  readonly isRunning: boolean;
  /** Whether more is due than could be taken on at the last look. */
  readonly hasBacklog: boolean;
  workflowIds(): readonly string[];
  limits(): WorkflowLimits;
  /** Something may be due now, or will be at a moment in epoch ms. */
  ask(at?: number): void;
  /** An instance sleeps until a moment, epoch ms. */
  sleeps(until: number): void;
  fenced(node: NodeIdentity): void;
}

/** Longest wait for an instance to obey, in ms. */
const SETTLE_MS = 100;

/** The instances this node runs at the moment, each in a lane of its own, and those that are about to begin. */
export class RunnerPool implements RunnerOwner {
  private readonly runners = new Map<string, InstanceRunner>();
  /** Started here and about to run in the next turn of the event loop. */
  private readonly beginning = new Set<string>();
  private readonly listeners = new Set<(telling: LocalTelling) => void>();
  private readonly cache: ImageCache;
  private readonly standby: Standby;
  private readonly strays: Strays;
  private readonly givingBack: GivingBack;
  private readonly mailLooks: FailureLog;
  private reserved = 0;
  /** There was mail for an instance of ours without a runner: it may be on its way to one. */
  private missedMail = false;
  private onQuiet: (() => void) | null = null;

  constructor(
    private readonly services: HostServices,
    private readonly completions: Completions,
    private readonly owner: RunnerPoolOwner,
  ) {
    this.cache = new ImageCache(services.options.cachedImages);
    const { logger, clock } = services;
    this.mailLooks = new FailureLog(logger, () => clock.monotonic(), 'mail.failed');
    this.standby = new Standby(services, {
      get isRunning() {
        return owner.isRunning;
      },
      hasLane: () => this.hasLane(),
      limits: () => owner.limits(),
      run: (image, inbox, adopts) => this.run(image, inbox, adopts),
      giveBack: (records) => this.givingBack.now(records),
    });
    this.givingBack = new GivingBack(services, {
      ask: (at) => owner.ask(at),
      doubt: () => this.doubt(),
      gaveBack: (record) => this.gaveBack(record),
    });
    this.strays = new Strays(services, {
      get node() {
        return owner.node;
      },
      has: (id) => this.has(id),
      ask: () => owner.ask(),
    });
  }

  get size(): number {
    return this.runners.size;
  }

  get mayStart(): boolean {
    return this.owner.isRunning;
  }

  has(instanceId: string): boolean {
    return this.runners.has(instanceId) || this.beginning.has(instanceId) || this.standby.has(instanceId);
  }

  /** Bodies at work here. */
  stepsAtWork(): StepAtWork[] {
    return [...this.runners.values()].flatMap(({ record, inFlight }) =>
      [...inFlight.values()].map(({ step, context, startedAt }) => ({
        instanceId: record.id,
        workflowId: record.workflowId,
        stepId: step.id,
        stepName: step.name,
        attempt: context.attempt,
        startedAt,
      })),
    );
  }

  /** A start, or a commit of an instance none of whose bodies is at work, is on its way. */
  get isMoving(): boolean {
    if (this.reserved > 0) return true;
    return [...this.runners.values()].some(({ isBusy, inFlight }) => isBusy && inFlight.size === 0);
  }

  // Lanes ---------------------------------------------------------------------------------------------

  freeLanes(): number {
    if (!this.owner.isRunning) return 0;
    return this.services.options.maxConcurrentWorkflows - this.runners.size - this.reserved;
  }

  /** How many more may stand by: those that do hold no lane, and each of them needs one at its moment. */
  freeStandby(): number {
    return this.freeLanes() - this.standby.size;
  }

  /** The node that may run a start at once; null when it must queue behind others. The lane is kept until `releaseLane`. */
  reserveLane(): NodeIdentity | null {
    const { node } = this.owner;
    if (!node || !this.hasLane()) return null;
    this.reserved += 1;
    return node;
  }

  /** One that nothing waits for in the store. */
  private hasLane(): boolean {
    return this.freeLanes() > 0 && !this.owner.hasBacklog;
  }

  releaseLane(): void {
    this.reserved -= 1;
    this.quiet();
  }

  /**
   * Runs an instance that was created and claimed with one row. Not in this turn of the event loop: whoever started it
   * has its id before the first step runs.
   */
  begin(start: PreparedStart, record: LoadedInstance['record']): void {
    this.reserved += 1;
    this.beginning.add(record.id);
    setImmediate(() => {
      this.beginning.delete(record.id);
      this.run({ record, definition: start.definition, state: start.state, data: start.data }, [], false);
      this.releaseLane();
      if (this.missedMail) void this.readMail();
    });
  }

  // Taking on -----------------------------------------------------------------------------------------

  cachedRevision(instanceId: string): number | undefined {
    return this.cache.revisionOf(instanceId);
  }

  /** Takes on particular instances, due or not. */
  async claim(instanceIds: readonly string[]): Promise<void> {
    const { node, isRunning } = this.owner;
    if (!node || !isRunning || instanceIds.length === 0) return;
    try {
      const loaded = await this.services.store.claim(node, {
        limit: instanceIds.length,
        workflowIds: this.owner.workflowIds(),
        instanceIds,
        limits: this.owner.limits().list,
        cached: (id) => this.cache.revisionOf(id),
      });
      await this.adopt(loaded);
      // What found no slot has joined a queue, and perhaps it is its turn.
      if (loaded.length < instanceIds.length && this.owner.limits().list) this.owner.ask();
    } catch (error) {
      this.doubt();
      throw error;
    }
  }

  /** A claim or a start has failed, and perhaps it was written all the same. */
  doubt(): void {
    this.strays.doubt();
  }

  /** Runs what was claimed for this node, or parks what cannot be run here. */
  async adopt(claimed: readonly LoadedInstance[]): Promise<void> {
    const { node } = this.owner;
    await Promise.all(claimed.map((loaded) => this.adoptOne(node, loaded)));
  }

  private async adoptOne(node: NodeIdentity | null, loaded: LoadedInstance): Promise<void> {
    const { id, status } = loaded.record;
    this.runners.get(id)?.drop('claimed anew');
    this.standby.drop(id);
    try {
      const admitted = await admit(this.services, this.cache.take(id), node, loaded);
      if (!admitted) this.gaveBack(loaded.record);
      else if (status === 'waiting') this.standby.add(admitted);
      else this.run(admitted.image, loaded.inbox, admitted.adopts);
    } catch (error) {
      if (node) await this.givingBack.notAdmitted(node, loaded.record, error);
    }
    if (this.missedMail) void this.readMail();
  }

  private run(image: Image, inbox: LoadedInstance['inbox'], adopts: boolean): InstanceRunner | null {
    const { node, isRunning } = this.owner;
    if (!node || !isRunning || image.record.owner?.epoch !== node.epoch) return null;
    const runner = new InstanceRunner(this.services, this, node, image);
    this.runners.set(runner.id, runner);
    runner.begin(inbox, adopts);
    return runner;
  }

  /** It was claimed ahead of its time, which has not come. */
  standsBy(instanceId: string): boolean {
    return this.standby.has(instanceId);
  }

  /** Gives back what stands by here. */
  giveBackStandby(): Promise<void> {
    return this.standby.giveBackAll();
  }

  /** Hands mail of running instances to their runners; what is ours in the store and nobody runs is given back. */
  readonly readMail = inRounds(() => this.lookAtMail());

  private async lookAtMail(): Promise<void> {
    const { node } = this.owner;
    if (!node) return;
    const { store } = this.services;
    this.missedMail = false;
    try {
      for (const { record, inbox } of await store.mail(node)) {
        const runner = this.runners.get(record.id);
        if (runner) {
          runner.deliver(inbox, record.control);
          continue;
        }
        if (this.standby.rouse({ record, inbox })) continue;
        this.missedMail = true;
        if (store.now() - record.updatedAt > STRAY_MS) await store.release(node, record.id, record.fence);
      }
      this.mailLooks.worked();
    } catch (error) {
      this.mailLooks.failed(error);
    }
  }

  // Letting go ----------------------------------------------------------------------------------------

  dropAll(reason: string): void {
    for (const runner of this.runners.values()) runner.drop(reason);
    this.runners.clear();
    this.standby.clear();
    this.cache.clear();
    this.services.suspects.clear();
  }

  /** Resolves when no step and no commit is under way any more, or after a time. */
  async drain(limitMs: number): Promise<void> {
    if (!this.isBusy()) return;
    await new Promise<void>((resolve) => {
      const limit = this.services.clock.setTimer(limitMs, resolve);
      this.onQuiet = () => {
        limit.clear();
        resolve();
      };
    });
    this.onQuiet = null;
  }

  private isBusy(): boolean {
    for (const runner of this.runners.values()) if (runner.isBusy) return true;
    return this.reserved > 0;
  }

  private quiet(): void {
    if (this.onQuiet && !this.isBusy()) this.onQuiet();
  }

  /** Resolves when an instance has come to rest here, or after a moment: for callers that want to see what they did. */
  async settled(instanceId: string): Promise<void> {
    const runner = this.runners.get(instanceId);
    if (!runner) return;
    await new Promise<void>((resolve) => {
      const timer = this.services.clock.setTimer(SETTLE_MS, resolve, true);
      runner.onOver(() => {
        timer.clear();
        resolve();
      });
    });
  }

  // What runners tell ---------------------------------------------------------------------------------

  /** Called for every commit of this process that has become durable. @returns how to stop */
  onTelling(listener: (telling: LocalTelling) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  committed(runner: InstanceRunner, revision: number, entry: JournalEntry, at: number): void {
    const { options, logger } = this.services;
    if (options.verbose && entry.attempt) {
      const { stepName, attempt, status } = entry.attempt;
      logger.info('step', { instanceId: runner.id, step: stepName, attempt, status });
    }
    for (const listener of this.listeners) {
      try {
        listener({ runner, revision, entry, at });
      } catch (error) {
        logger.warn('listener.failed', { error: messageOf(error) });
      }
    }
    if (this.onQuiet) setImmediate(() => this.quiet());
  }

  rested(runner: InstanceRunner, rest: Rest): void {
    this.forget(runner);
    if (isEnded(rest.status)) this.tellEnd(runner, rest);
    else this.keepImage(runner);
    const hasLimit = this.owner.limits().of(runner.record) !== null;
    if (rest.wakeAt !== null) {
      if (hasLimit || rest.status !== 'waiting') this.owner.ask(rest.wakeAt);
      else this.owner.sleeps(rest.wakeAt);
    }
    if (this.owner.hasBacklog || hasLimit) this.owner.ask();
    this.quiet();
  }

  /** Whoever queues for its slot gets it now. */
  private gaveBack(record: InstanceRecord): void {
    if (this.owner.limits().of(record) !== null) this.owner.ask();
  }

  private tellEnd(runner: InstanceRunner, rest: Rest): void {
    if (!this.completions.isAwaited(runner.id)) return;
    const now = this.services.store.now();
    const { revision } = runner.writer;
    const record = { ...runner.record, ...rest, owner: null, revision, updatedAt: now, endedAt: now };
    this.completions.ended({ record, data: runner.state.data });
  }

  private keepImage(runner: InstanceRunner): void {
    const { definition, state, data } = runner.image;
    this.cache.put(runner.id, { revision: runner.writer.revision, definition, state, data });
  }

  lost(runner: InstanceRunner, error: unknown): void {
    this.services.logger.warn('instance.lost', { instanceId: runner.id, error: messageOf(error) });
    runner.drop('its owner changed');
    this.forget(runner);
    this.givingBack.later(runner.record);
    this.quiet();
  }

  fenced(node: NodeIdentity): void {
    this.owner.fenced(node);
  }

  private forget(runner: InstanceRunner): void {
    if (this.runners.get(runner.id) === runner) this.runners.delete(runner.id);
  }
}
