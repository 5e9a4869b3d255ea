import { SilentLogger, type Clock, type InstanceStatus, type Store } from '@workflow-runner/contract';
import {
  compile,
  Operations,
  PlainStepPolicy,
  SystemClock,
  SystemIds,
  SystemRandom,
  WorkflowHost,
  type HostOptions,
  type InstanceSnapshot,
  type PointerExplanation,
  type RetryOptions,
  type StartCommand,
  type WorkflowSource,
} from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { expect, onTestFinished, vi } from 'vitest';
import { Mortal } from './mortal.js';

/** Longest wait for something that must happen, in ms; far longer than it takes. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 2;

export interface LabOptions {
  /** An open store, which stays open; default: a memory store of its own. */
  readonly store?: Store;
  readonly clock?: Clock;
  readonly retry?: Partial<RetryOptions>;
  readonly stepTimeoutMs?: number | null;
  readonly host?: Partial<HostOptions>;
}

/** One host over one store, stopped when its test ends. */
export class Lab {
  private constructor(
    readonly store: Store,
    readonly host: WorkflowHost,
    readonly ops: Operations,
    private readonly mortal: Mortal,
    private readonly clock: Clock,
  ) {}

  static async open(workflows: readonly WorkflowSource[], options: LabOptions = {}): Promise<Lab> {
    const clock = options.clock ?? new SystemClock();
    const store = options.store ?? new MemoryStore({ clock });
    if (!options.store) await store.open();
    const mortal = new Mortal(store, clock);
    const random = new SystemRandom();
    const retry = { baseDelay: 1, maxAttempts: 3, ...options.retry };
    const host = new WorkflowHost({
      store: mortal.store,
      clock: mortal.clock,
      random,
      ids: new SystemIds(clock),
      logger: new SilentLogger(),
      policy: new PlainStepPolicy(random, retry, options.stepTimeoutMs),
      options: { drainMs: 50, ...options.host },
    });
    for (const workflow of workflows) await host.register(compile(workflow));
    await host.start();
    const lab = new Lab(store, host, new Operations(host), mortal, clock);
    onTestFinished(() => lab.stop());
    return lab;
  }

  async stop(): Promise<void> {
    if (!this.mortal.isDead) await this.host.stop();
  }

  /** The process dies: nothing more reaches the store. A lab with the same `nodeId` takes over at once. */
  kill(): void {
    this.mortal.kill();
  }

  async start(workflowId: string, data?: unknown, more: Partial<StartCommand> = {}): Promise<string> {
    const [verdict] = await this.ops.start([{ ...more, workflowId, data }]);
    if ('error' in verdict!) throw verdict.error;
    return verdict!.instanceId;
  }

  /** Waits for completed, failed or cancelled. */
  end(instanceId: string): Promise<InstanceSnapshot> {
    if (!(this.clock instanceof ManualClock)) return this.host.completions.wait(instanceId, PATIENCE_MS);
    return this.eventually(async () => {
      const snapshot = await this.ops.get(instanceId);
      expect(['completed', 'failed', 'cancelled']).toContain(snapshot?.record.status);
      return snapshot!;
    });
  }

  async run<TData = Record<string, unknown>>(workflowId: string, data?: unknown): Promise<Ended<TData>> {
    const { record, data: after } = await this.end(await this.start(workflowId, data));
    return { id: record.id, status: record.status, data: after as TData, record };
  }

  /** Waits until the instance stands in a status at rest. */
  async rests(instanceId: string, status: InstanceStatus = 'waiting'): Promise<InstanceSnapshot> {
    return this.eventually(async () => {
      const snapshot = await this.ops.get(instanceId);
      expect([snapshot?.record.status, snapshot?.record.owner]).toEqual([status, null]);
      return snapshot!;
    });
  }

  /** `eventually`, and a clock that stands still fires the timers that were set for this very moment. */
  eventually<T>(look: () => T | Promise<T>): Promise<T> {
    return eventually(() => {
      if (this.clock instanceof ManualClock) this.clock.advance(0);
      return look();
    });
  }

  async why(instanceId: string): Promise<PointerExplanation[]> {
    return (await this.ops.why(instanceId)).pointers;
  }

  /** `step:status` of every attempt, oldest first. */
  async attempts(instanceId: string): Promise<string[]> {
    const { items } = await this.ops.history(instanceId, { limit: 500 });
    return items.flatMap(({ attempt }) => (attempt ? [`${attempt.stepName}:${attempt.status}`] : []));
  }
}

export interface Ended<TData> {
  readonly id: string;
  readonly status: InstanceStatus;
  readonly data: TData;
  readonly record: InstanceSnapshot['record'];
}

/** Repeats a look until it throws no more. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: PATIENCE_MS, interval: LOOK_EVERY_MS });
}
