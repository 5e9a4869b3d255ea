import type { INestApplicationContext, Type } from '@nestjs/common';
import type { Buildable, StepBodyClass, WorkflowData } from '@workflow-runner/engine';
import {
  parseDuration,
  type Duration,
  type EventOptions,
  type EventReceipt,
  type InstanceInfo,
  type StartOptions,
  type StepBody,
  type WhyInfo,
  type WorkflowRunner,
  type WorkflowType,
} from '@workflow-runner/runner';
import { readHistory } from '../history/read-history.js';
import { stepsOf, UnknownStepError, type StepRef } from '../history/step-ref.js';
import type { WorkflowHistory } from '../history/workflow-history.js';
import type { ManualClock } from '../manual-clock.js';
import type {
  CallCrashPlace,
  CallCrashPoint,
  CrashPoint,
  StepCrashPlace,
  StepCrashPoint,
} from './crash-plan.js';
import { CrashNotReachedError, StillRunningError } from './kit-errors.js';
import type { TestKitOptions } from './kit-options.js';
import { KitWorld } from './kit-world.js';
import type { LogBook } from './log-book.js';
import { assertRealTimers, elapsed } from './real-time.js';
import type { StepFake } from './step-overrides.js';
import type { TestProcess } from './test-process.js';

/** How time is to pass. */
export interface AdvanceOptions {
  /**
   * Time passes over steps that have not ended after a tenth of a second of real time, so that they see their timeouts.
   * @default false
   */
  readonly whileRunning?: boolean;
}

/**
 * Runs workflows in memory, on a clock that the test moves. One process at a time runs them: when it dies, the next one
 * takes over what is stored. Two kits of one process share the present that `Date` shows.
 */
export class WorkflowTestKit {
  private closing: Promise<void> | null = null;

  private constructor(private readonly world: KitWorld) {}

  /** Starts the first process. @throws {InvalidOptionsError} @throws {ComponentFailedError} */
  static async create(options: TestKitOptions = {}): Promise<WorkflowTestKit> {
    assertRealTimers();
    const kit = new WorkflowTestKit(await KitWorld.open(options));
    try {
      await kit.world.living();
      return kit;
    } catch (error) {
      await kit.world.close();
      throw error;
    }
  }

  /** The runner of the process that lives now: for everything the kit has no word for. */
  get runner(): WorkflowRunner {
    return this.world.process.runner;
  }

  /** The application of the process that lives now. @throws {Error} the kit was made without one */
  get app(): INestApplicationContext {
    const { app } = this.world.process;
    if (!app)
      throw new Error('The kit was made without imports, providers and controllers: there is no application');
    return app;
  }

  /** A provider of the application, whichever module has it. */
  get<T>(token: Type<T> | (abstract new (...args: never[]) => T) | string | symbol): T {
    return this.app.get<T>(token, { strict: false });
  }

  /** The time of the store, the steps and, unless `virtualDate` is false, of `Date`. */
  get now(): Date {
    return new Date(this.world.time.now());
  }

  /** The clock behind it all, for code that takes a `Clock`; to let time pass use `advance`. */
  get clock(): ManualClock {
    return this.world.time;
  }

  /** What was logged at all levels. */
  get logs(): LogBook {
    return this.world.logs;
  }

  /** How many processes have died. */
  get deaths(): number {
    return this.world.gone.size;
  }

  // What happens to workflows -------------------------------------------------------------------------

  /** Starts an instance, which runs with the next `settled` or `advance`. @returns its id */
  start<W extends Buildable>(
    workflow: WorkflowType<W>,
    data: WorkflowData<W>,
    options?: StartOptions,
  ): Promise<string>;
  start(workflowId: string, data?: unknown, options?: StartOptions): Promise<string>;
  start(workflow: string | WorkflowType<Buildable>, data?: unknown, options?: StartOptions): Promise<string> {
    return this.ask((runner) =>
      typeof workflow === 'string'
        ? runner.startWorkflow(workflow, null, data, options)
        : runner.startWorkflow(workflow, data, options),
    );
  }

  publish(name: string, key: string, data?: unknown, options?: EventOptions): Promise<EventReceipt> {
    return this.ask((runner) => runner.publishEvent(name, key, data, options));
  }

  /** @param stepName only for the wait of the step of this name */
  signal(instanceId: string, data?: unknown, stepName?: string): Promise<void> {
    return this.ask((runner) => runner.signalWorkflow(instanceId, data, stepName));
  }

  /** Runs something else instead of a step's body, from its next execution on, in all processes. */
  overrideStep<TStep extends StepBody>(step: StepBodyClass<TStep>, fake: StepFake<TStep>): this {
    this.world.overrides.set(step, fake as StepFake<StepBody>);
    return this;
  }

  /** The step's own body runs again. */
  restoreStep(step: StepBodyClass): this {
    this.world.overrides.clear(step);
    return this;
  }

  // What can be seen ----------------------------------------------------------------------------------

  /** @throws {Error} there is no such instance */
  async instance<TData = unknown>(instanceId: string): Promise<InstanceInfo<TData>> {
    const instance = await this.ask((runner) => runner.getInstance<TData>(instanceId));
    if (!instance) throw new Error(`There is no instance ${instanceId}`);
    return instance;
  }

  /** Everything it has done, for the matchers. */
  history(instanceId: string): Promise<WorkflowHistory> {
    return this.ask((runner) => readHistory(runner, instanceId, this.world.starts));
  }

  /** What it waits for, since when and until when. */
  why(instanceId: string): Promise<WhyInfo> {
    return this.ask((runner) => runner.why(instanceId));
  }

  /** Lets happen what is due; then the instance, which has completed. @throws {Error} it has not, and what it does instead */
  async completed<TData = unknown>(instanceId: string): Promise<InstanceInfo<TData>> {
    await this.settled();
    const instance = await this.instance<TData>(instanceId);
    if (instance.status === 'completed') return instance;
    const { pointers } = await this.why(instanceId);
    const waits = pointers.map(({ stepName, waitingFor }) => `${stepName} (${waitingFor})`).join(', ');
    const reason = instance.error?.message ?? instance.statusReason ?? waits;
    throw new Error(`Instance ${instanceId} is ${instance.status} and not completed: ${reason}`);
  }

  // Time ----------------------------------------------------------------------------------------------

  /** Lets happen everything that is due now; steps are waited for. @throws {StillRunningError} */
  settled(): Promise<void> {
    return this.settle(false);
  }

  /**
   * Lets time pass, from one moment at which something is due to the next, and everything that is due then happen. Steps
   * are waited for before time moves on.
   * @param length ms, or a text such as `'90s'` or `'7d'`
   * @throws {StillRunningError}
   */
  async advance(length: Duration, { whileRunning = false }: AdvanceOptions = {}): Promise<void> {
    const { time } = this.world;
    const end = time.monotonic() + lengthOf(length);
    for (;;) {
      await this.settle(whileRunning);
      const left = end - time.monotonic();
      if (left <= 0) return;
      time.advance(Math.min(left, time.untilNext ?? left));
    }
  }

  private async settle(mayRun: boolean): Promise<void> {
    const { world } = this;
    const limitAt = elapsed() + world.patienceMs;
    for (;;) {
      assertRealTimers();
      const process = await world.living();
      const state = await process.untilQuiet(mayRun, limitAt);
      if (state === 'busy') throw new StillRunningError(world.patienceMs, process.runner.runningSteps());
      if (state === 'dead' || process.clock.fireLooks()) continue;
      if (world.time.untilNext !== 0) return;
      world.time.advance(0);
    }
  }

  // Death ---------------------------------------------------------------------------------------------

  /** The process dies now, whatever it does; resolves when the next one runs. */
  async crash(): Promise<void> {
    (await this.world.living()).die();
    await this.world.living();
  }

  /**
   * The process dies when it comes to a point, and the next one takes over with the next `settled` or `advance`. A kit
   * that is closed before says so.
   * @throws {UnknownStepError} no workflow has such a step
   */
  crashAt(point: StepCrashPoint, place?: StepCrashPlace): void;
  crashAt(point: CallCrashPoint, place?: CallCrashPlace): void;
  crashAt(point: CrashPoint, { step, instanceId, passing = 1 }: StepCrashPlace = {}): void {
    const stepNames = step === undefined ? null : this.namesOf(step);
    this.world.crashes.add({ point, passing, instanceId, stepNames });
  }

  private namesOf(step: StepRef): readonly string[] {
    const { runner } = this;
    const graphs = runner.getRegisteredWorkflows().map(({ id }) => runner.getWorkflowGraph(id));
    const names = graphs.flatMap((graph) => stepsOf(graph, step)).map(({ name }) => name);
    if (names.length === 0) throw new UnknownStepError(step, graphs);
    return [...new Set(names)];
  }

  // End -----------------------------------------------------------------------------------------------

  /** Ends everything. @throws {CrashNotReachedError} a crash that was planned has not happened */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.world.close();
    const { open } = this.world.crashes;
    if (open.length > 0) throw new CrashNotReachedError(open);
  }

  private async ask<T>(question: (runner: WorkflowRunner) => Promise<T>): Promise<T> {
    const process: TestProcess = await this.world.living();
    return process.answer(question);
  }
}

function lengthOf(length: Duration): number {
  const ms = parseDuration(length);
  if (ms === null)
    throw new TypeError(`${length} is no length of time: give ms, or a text such as '90s' or '7d'`);
  return ms;
}
