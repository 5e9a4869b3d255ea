import { MemoryStore } from '@workflow-runner/store/memory';
import { parseDuration } from '@workflow-runner/runner';
import { SeededRandom } from '../crash-kit/seeded-random.js';
import type { StepStart } from '../history/step-start.js';
import { ManualClock } from '../manual-clock.js';
import { CountedIds } from './counted-ids.js';
import { CrashPlan } from './crash-plan.js';
import { KIT_DEFAULTS, type KitProps, type TestKitOptions } from './kit-options.js';
import { LogBook } from './log-book.js';
import { nestProgram } from './nest-program.js';
import { plainProgram, type MakeProgram } from './program.js';
import { StepOverrides } from './step-overrides.js';
import { TestProcess, type ProcessWorld } from './test-process.js';
import { showTime } from './virtual-date.js';

const NEST_PARTS = ['imports', 'providers', 'controllers', 'override'] as const;

/** What outlives the processes of a kit, and those processes, one after the other. */
export class KitWorld implements ProcessWorld {
  readonly store: MemoryStore;
  readonly random: SeededRandom;
  readonly ids: CountedIds;
  readonly logs = new LogBook();
  readonly crashes = new CrashPlan();
  readonly overrides = new StepOverrides();
  readonly gone = new Set<string>();
  readonly starts: StepStart[] = [];
  private readonly processes: TestProcess[] = [];
  private beginning: Promise<TestProcess> | null = null;
  private isClosed = false;

  private constructor(
    readonly time: ManualClock,
    readonly props: KitProps,
    seed: number,
    /** Real time, in ms. */
    readonly patienceMs: number,
    private readonly make: MakeProgram,
    private readonly restoreDate: () => void,
  ) {
    this.store = new MemoryStore({ clock: time });
    this.random = new SeededRandom(seed);
    this.ids = new CountedIds(time);
  }

  static async open(options: TestKitOptions): Promise<KitWorld> {
    const { workflows = [], props = {}, virtualDate = true, seed = KIT_DEFAULTS.seed } = options;
    const time = new ManualClock(new Date(options.startAt ?? KIT_DEFAULTS.startAt).getTime());
    const patienceMs = parseDuration(options.patience ?? KIT_DEFAULTS.patience);
    if (patienceMs === null) throw new TypeError(`patience: ${options.patience} is no length of time`);
    const isNest = NEST_PARTS.some((part) => options[part] !== undefined);
    const make = isNest ? nestProgram(options, workflows) : plainProgram(workflows);
    const restoreDate = virtualDate ? showTime(() => time.now()) : () => undefined;
    const world = new KitWorld(time, props, seed, patienceMs, make, restoreDate);
    await world.store.open();
    return world;
  }

  /** The newest process, dead or alive. */
  get process(): TestProcess {
    return this.processes.at(-1)!;
  }

  /** The process that runs; a new one when the last has died. */
  async living(): Promise<TestProcess> {
    if (this.isClosed) throw new Error('The kit is closed');
    while (this.beginning || this.processes.length === 0 || this.process.isDead) {
      this.beginning ??= this.beginNext().finally(() => (this.beginning = null));
      await this.beginning;
    }
    return this.process;
  }

  private async beginNext(): Promise<TestProcess> {
    await this.processes.at(-1)?.bury();
    const process = new TestProcess(`process-${this.processes.length + 1}`, this);
    this.processes.push(process);
    await process.begin(this.make);
    return process;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const process of [...this.processes].reverse()) {
      if (process.isDead) await process.bury();
      await process.close();
    }
    await this.store.close();
    this.restoreDate();
  }
}
