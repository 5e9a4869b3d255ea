import type { Ids, Random, Store } from '@workflow-runner/contract';
import { WorkflowRunner, type PropsOverride, type StepContext } from '@workflow-runner/runner';
import type { StepStart } from '../history/step-start.js';
import type { ManualClock } from '../manual-clock.js';
import type { CrashPlan } from './crash-plan.js';
import { KitActivator } from './kit-activator.js';
import { ProcessDiedError } from './kit-errors.js';
import type { KitProps } from './kit-options.js';
import { kitProps } from './kit-props.js';
import { ProcessLogger, type LogBook } from './log-book.js';
import { ProcessClock } from './process-clock.js';
import type { MakeProgram, Program } from './program.js';
import { elapsed, pause, turn, within } from './real-time.js';
import type { StepOverrides } from './step-overrides.js';
import { StoreLine } from './store-line.js';

/** What outlives a process. */
export interface ProcessWorld {
  readonly store: Store;
  readonly time: ManualClock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logs: LogBook;
  readonly crashes: CrashPlan;
  readonly overrides: StepOverrides;
  readonly props: KitProps;
  /** Ids of nodes whose process has died. */
  readonly gone: Set<string>;
  /** Every body that was begun, in the order of time. */
  readonly starts: StepStart[];
}

/** Turns of the event loop in which nothing happens, after which nothing will. */
const CALM_TURNS = 3;
/** Turns after which something is waited for that takes real time. */
const PATIENT_TURNS = 50;
/** Real time in which nothing happens, after which time may pass over the steps that are at work, in ms. */
const MOMENT_MS = 100;
/** Longest real time that the end of a process may take, in ms. */
const END_MS = 2_000;

/**
 * One process under test, in memory. Its death cuts it off: no timer of it fires, no call to the store is answered, and
 * nothing that its steps still do is heard of.
 *
 *   made ──begin──▶ alive ──die──▶ dead ──bury──▶ buried
 */
export class TestProcess {
  /** Resolves when it dies. */
  readonly died: Promise<void>;
  readonly clock: ProcessClock;
  private readonly line: StoreLine;
  private readonly logger: ProcessLogger;
  private tellDeath: () => void = () => undefined;
  private program: Program | null = null;
  private dead = false;

  constructor(
    readonly nodeId: string,
    private readonly world: ProcessWorld,
  ) {
    const { time, logs, store, crashes, gone } = world;
    this.died = new Promise((resolve) => (this.tellDeath = resolve));
    this.clock = new ProcessClock(time);
    this.logger = new ProcessLogger(logs, () => time.now());
    this.line = new StoreLine({ store, crashes, gone, die: () => this.die() });
  }

  get isDead(): boolean {
    return this.dead;
  }

  get runner(): WorkflowRunner {
    return this.made.runner;
  }

  get app(): Program['app'] {
    return this.made.app;
  }

  private get made(): Program {
    if (!this.program) throw new Error('The process has not begun');
    return this.program;
  }

  /** Resolves when steps run, or when it died on the way. */
  async begin(make: MakeProgram): Promise<void> {
    this.program = await make(this.override);
    const begun = this.program.begin();
    begun.catch(() => undefined);
    await Promise.race([begun, this.died]);
  }

  private readonly override: PropsOverride = (own) => {
    const { random, ids, overrides, props } = this.world;
    const activator = new KitActivator(own.activator, overrides, (context) => this.stepBegins(context));
    const { nodeId, clock, logger } = this;
    return kitProps(own, props, { store: this.line.store, clock, random, ids, logger, nodeId, activator });
  };

  private stepBegins({ workflow, step, attempt }: StepContext): boolean {
    const { crashes, starts, time } = this.world;
    if (crashes.knows('before-step')) {
      const running = this.runner.runningSteps();
      const here = running.find(({ instanceId, stepId }) => instanceId === workflow.id && stepId === step.id);
      if (here && crashes.reaches('before-step', here)) {
        this.die();
        return false;
      }
    }
    starts.push({
      instanceId: workflow.id,
      stepId: step.id,
      attempt,
      at: new Date(time.now()),
      node: this.nodeId,
    });
    return true;
  }

  /** The answer of a question, unless the process dies before it. @throws {ProcessDiedError} */
  async answer<T>(question: (runner: WorkflowRunner) => Promise<T>): Promise<T> {
    const answer = question(this.runner);
    answer.catch(() => undefined);
    const death = this.died.then(() => {
      throw new ProcessDiedError();
    });
    death.catch(() => undefined);
    return Promise.race([answer, death]);
  }

  // Rest ----------------------------------------------------------------------------------------------

  /**
   * Waits until nothing is at work here but what waits for time to move.
   * @param mayRun steps that are at work are waited for only for a moment
   * @param limitAt of real time, as `elapsed` counts it
   * @returns quiet, or why not
   */
  async untilQuiet(mayRun: boolean, limitAt: number): Promise<'quiet' | 'dead' | 'busy'> {
    let last = -1;
    let changedAt = elapsed();
    for (let calm = 0, turns = 0; calm < CALM_TURNS; turns += 1) {
      await turn();
      if (this.dead) return 'dead';
      const seen = this.line.calls + this.world.starts.length;
      if (seen !== last) [last, turns, changedAt] = [seen, 0, elapsed()];
      const hangs = mayRun && elapsed() - changedAt > MOMENT_MS;
      calm = turns > 0 && !this.isAtWork(hangs) ? calm + 1 : 0;
      if (elapsed() > limitAt) return 'busy';
      if (turns > PATIENT_TURNS) await pause(1);
    }
    return 'quiet';
  }

  /** @param hangs steps that are at work do not count */
  private isAtWork(hangs: boolean): boolean {
    if (this.line.underWay > 0) return true;
    return !this.runner.isIdle && !(hangs && this.runner.runningSteps().length > 0);
  }

  // End -----------------------------------------------------------------------------------------------

  /** Dies at this very moment. */
  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.line.cut();
    this.clock.kill();
    this.logger.mute();
    this.world.gone.add(this.nodeId);
    this.tellDeath();
  }

  /** After its death: whoever waits for it is told so, and its steps see their AbortSignals. No hook of its application runs. */
  async bury(): Promise<void> {
    if (!this.program) return;
    const { runner } = this.program;
    this.line.hangUp();
    this.clock.release();
    await within(END_MS, runner.stop());
    this.clock.kill();
    WorkflowRunner.dropDefault(runner);
  }

  /** Ends in good order, as far as that takes no time; of a dead one its application lets go of what it holds. */
  async close(): Promise<void> {
    this.logger.mute();
    if (!this.dead) this.clock.release();
    if (this.program) await within(END_MS, this.program.close());
    this.clock.kill();
  }
}
