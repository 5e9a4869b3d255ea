import { SilentLogger, type InstanceRecord, type Store } from '@workflow-runner/contract';
import {
  compile,
  ExecutionResult,
  Operations,
  PlainStepPolicy,
  StepBody,
  SystemIds,
  SystemRandom,
  WorkflowHost,
  type HostOptions,
  type StartCommand,
  type StepContext,
  type WorkflowBuilder,
  type WorkflowSource,
} from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { onTestFinished } from 'vitest';

export type Data = Record<string, unknown>;
type Build = (builder: WorkflowBuilder<Data>) => void;

/** A workflow of which only so many instances run at once. */
interface Limited {
  readonly concurrency: number | null;
  readonly build: Build;
  readonly version?: number;
}

export interface LabHost {
  readonly host: WorkflowHost;
  readonly ops: Operations;
}

/** Nodes on one store and one clock that is moved by hand; what still runs at the end of the test is stopped. */
export class HostLab<S extends Store = MemoryStore> {
  private constructor(
    readonly clock: ManualClock,
    readonly store: S,
  ) {}

  static async open<S extends Store = MemoryStore>(
    make: (clock: ManualClock) => S = (clock) => new MemoryStore({ clock }) as unknown as S,
    clock = new ManualClock(),
  ): Promise<HostLab<S>> {
    const store = make(clock);
    await store.open();
    return new HostLab(clock, store);
  }

  /** A node that has joined. @param workflows id of each and how it is built */
  async join(
    workflows: Readonly<Record<string, Build | Limited>>,
    options: Partial<HostOptions> = {},
  ): Promise<LabHost> {
    const { clock, store } = this;
    const random = new SystemRandom();
    const host = new WorkflowHost({
      store,
      clock,
      random,
      ids: new SystemIds(clock),
      logger: new SilentLogger(),
      policy: new PlainStepPolicy(random),
      options: { retention: null, ...options },
    });
    onTestFinished(() => this.leave(host));
    for (const [id, build] of Object.entries(workflows)) await host.register(compile(workflow(id, build)));
    await host.start();
    await this.settle();
    return { host, ops: new Operations(host) };
  }

  /** Stops a node, whatever still runs there. */
  async leave(host: WorkflowHost): Promise<void> {
    const stopped = host.stop(0);
    await this.pass(2_000, 500);
    await stopped;
  }

  async start(ops: Operations, command: StartCommand): Promise<string> {
    const [verdict] = await ops.start([command]);
    if (!verdict || 'error' in verdict) throw new Error('not started', { cause: verdict?.error });
    await this.settle();
    return verdict.instanceId;
  }

  async record(id: string): Promise<InstanceRecord> {
    return (await this.store.load(id))!.record;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves the clock, and lets happen what that brings after each piece of it. */
  async pass(ms: number, pieceMs = ms): Promise<void> {
    for (let left = ms; left > 0; left -= pieceMs) {
      this.clock.advance(Math.min(left, pieceMs));
      await this.settle();
    }
  }
}

export function workflow(id: string, how: Build | Limited): WorkflowSource {
  const { build, version = 1, ...limit } = typeof how === 'function' ? { build: how } : how;
  if ('concurrency' in limit) {
    return { nameSpace: 'default', name: id, version, category: 'workflow', component: { build }, ...limit };
  }
  return class {
    readonly id = id;
    readonly version = 1;
    build(builder: WorkflowBuilder<Data>): void {
      build(builder);
    }
  };
}

/** A step class of a function. */
export function step(run: (context: StepContext) => Promise<ExecutionResult>): new () => StepBody {
  return class extends StepBody {
    override run(context: unknown): Promise<ExecutionResult> {
      return run(context as StepContext);
    }
  };
}

export const next = (): Promise<ExecutionResult> => ExecutionResult.next();

/** A step whose end the test decides; the latest run counts. */
export function gate(before: (context: StepContext) => void = () => undefined) {
  const gated = {
    runs: 0,
    context: null as StepContext | null,
    open: (): void => undefined,
    fail: (_error: Error): void => undefined,
    body: step((context) => {
      gated.runs += 1;
      gated.context = context;
      before(context);
      return new Promise((resolve, reject) => {
        gated.open = () => resolve(next());
        gated.fail = reject;
      });
    }),
  };
  return gated;
}
