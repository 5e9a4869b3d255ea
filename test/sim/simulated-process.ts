import { SilentLogger, type Commit, type ControlRequest } from '@workflow-runner/contract';
import {
  compile,
  Operations,
  PlainStepPolicy,
  SystemIds,
  WorkflowHost,
  type HostOptions,
} from '@workflow-runner/engine';
import type { ManualClock } from '@workflow-runner/testing';
import type { Workplace } from './bodies.js';
import { workflowOf } from './build-workflow.js';
import { faultyStore, withoutFaults, type Fate, type FaultPlan } from './faulty-store.js';
import { MortalClock } from '../../libs/testing/src/mortal-clock.js';
import type { Sequence } from './program.js';
import { isOfRival, RIVAL, RIVALS, rivalOf, withOneSlot } from './rivals.js';
import type { SeededRandom } from './seeded-random.js';
import type { Shelf } from './stores.js';
import type { World } from './world.js';

export interface ProcessParts {
  readonly nodeId: string;
  readonly shelf: Shelf;
  readonly time: ManualClock;
  readonly random: SeededRandom;
  readonly world: World;
  readonly program: Sequence;
  /** The workflow has one slot, and other instances want it too. */
  readonly hasRivals: boolean;
  readonly options: Partial<HostOptions>;
  readonly fateOf: (method: string) => Fate;
}

/** One incarnation of a process that runs instances: everything of it dies at once, and nothing of it is heard again. */
export class SimulatedProcess implements Workplace, FaultPlan {
  readonly host: WorkflowHost;
  readonly operations: Operations;
  readonly world: World;
  isDead = false;
  /** Calls to the store that have no answer yet. */
  waiting = 0;
  /** Grows with every call to the store. */
  calls = 0;
  private readonly clock: MortalClock;

  constructor(private readonly parts: ProcessParts) {
    const { random, nodeId, options, time, shelf } = parts;
    this.world = parts.world;
    this.clock = new MortalClock(time);
    const within = shelf.goBy?.(this);
    this.host = new WorkflowHost({
      store: within ? faultyStore(within, withoutFaults(this)) : faultyStore(shelf.store, this),
      clock: this.clock,
      random,
      ids: new SystemIds(this.clock),
      logger: new SilentLogger(),
      policy: new PlainStepPolicy(random, { baseDelay: 100 }),
      options: { nodeId, ...options },
    });
    this.operations = new Operations(this.host);
  }

  /** Starts the instance; asked again, nothing changes. */
  async startInstance(): Promise<void> {
    const command = { workflowId: 'random-program', data: {}, idempotencyKey: 'once' };
    const [verdict] = await this.operations.start([command]);
    if (verdict && 'error' in verdict) throw verdict.error as Error;
  }

  /** Starts instances of an older version that want the same slot; asked again, nothing changes. */
  async startRivals(): Promise<void> {
    const commands = RIVALS.map((name) => ({ ...RIVAL, data: { name }, idempotencyKey: name }));
    const verdicts = await this.operations.start(commands);
    for (const verdict of verdicts) if ('error' in verdict) throw verdict.error as Error;
  }

  get nodeId(): string {
    return this.parts.nodeId;
  }

  async start(): Promise<void> {
    if (this.host.registry.all().length === 0) {
      const { program, hasRivals } = this.parts;
      const workflow = workflowOf(program, this);
      await this.host.register(compile(hasRivals ? withOneSlot(workflow) : workflow));
      if (hasRivals) await this.host.register(compile(rivalOf(this)));
    }
    await this.host.start();
  }

  get untilNextTimer(): number | null {
    return this.clock.untilNext;
  }

  async work(workMs: number, signal: AbortSignal | null): Promise<void> {
    for (let turns = this.parts.random.between(0, 3); turns > 0; turns -= 1) await Promise.resolve();
    if (workMs > 0) await this.pass(workMs, signal);
    if (this.isDead) await new Promise(() => undefined);
    signal?.throwIfAborted();
  }

  private pass(ms: number, signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimer(ms, resolve);
      const stop = (): void => {
        timer.clear();
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });
  }

  // The plan of its store's faults --------------------------------------------------------------------

  fateOf(method: string): Fate {
    this.calls += 1;
    return this.parts.fateOf(method);
  }

  turnsOf(method: string): number {
    if (method !== 'commit') return 0;
    return this.parts.random.chance(0.3) ? this.parts.random.between(1, 3) : 0;
  }

  done(method: string, args: readonly unknown[]): void {
    if (method === 'commit' && !isOfRival(args[0] as Commit)) this.world.committed(args[0] as Commit);
    if (method === 'control' && (args[0] as ControlRequest).mark.action === 'retry') this.world.retried();
  }

  underWay(change: 1 | -1): void {
    this.waiting += change;
  }

  pick<T>(waiting: readonly T[]): T {
    return this.parts.random.pick(waiting);
  }

  kill(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.clock.kill();
    this.world.abandon();
  }
}
