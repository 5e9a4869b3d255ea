import type { InstanceRecord, JournalRow } from '@workflow-runner/contract';
import { fold } from '@workflow-runner/engine';
import { ManualClock } from '@workflow-runner/testing';
import { check } from './check.js';
import { findLeftovers, findStaleWaits, findSurplusSignals, findWrongEntries } from './check-leftovers.js';
import type { Fate } from './faulty-store.js';
import { Outsider } from './outsider.js';
import type { Sequence } from './program.js';
import { SeededRandom } from './seeded-random.js';
import { SimulatedProcess } from './simulated-process.js';
import { openShelf, type OpenShelf, type Shelf, type StoreKind } from './stores.js';
import type { Ending } from './undoing.js';
import { World, type Question } from './world.js';

/** What happens to the processes: nothing, they die, or their store is away now and then. */
export type Trouble = 'none' | 'kills' | 'outages';

export interface Settings {
  readonly store: StoreKind | OpenShelf;
  readonly trouble: Trouble;
  readonly ending: Ending;
  /** Its workflow has one slot, and other instances want it too. */
  readonly hasRivals?: boolean;
}

/** Nothing in a program takes so long: where a look after this time is needed, something was not woken. */
const NET_MS = 3_600_000;
const MOST_KILLS = 5;
/** Chance of a single call to fail, while the store is away now and then. */
const OUTAGE = 0.05;
/** The same for what somebody outside asks for. */
const OUTSIDE_OUTAGE = 0.3;
const OUTSIDE = new Set(['publish', 'send', 'control']);
const MOST_STEPS = 3_000;
/** Chance of what may happen to an instance that was claimed ahead of its time: it stands by for a moment only. */
const OFTEN = 0.3;

/** Runs one program to its end, with everything that goes wrong on the way decided by the seed. @returns violations */
export async function simulate(program: Sequence, seed: number, settings: Settings): Promise<string[]> {
  const time = new ManualClock();
  const { store } = settings;
  const shelf = await (typeof store === 'string' ? openShelf(store, time) : store(time));
  try {
    const simulation = new Simulation(program, seed, settings, time, shelf);
    return await simulation.run();
  } finally {
    await shelf.remove();
  }
}

class Simulation {
  private readonly random: SeededRandom;
  private readonly world: World;
  private readonly outsider: Outsider;
  private readonly busy = new Set<string>();
  /** How much must have happened before it is asked to end. */
  private readonly endsAfter: number;
  private process: SimulatedProcess;
  private hasAskedToEnd = false;
  private rivalsCame = false;
  private incarnation = 0;
  private kills = 0;

  constructor(
    private readonly program: Sequence,
    seed: number,
    private readonly settings: Settings,
    private readonly time: ManualClock,
    private readonly shelf: Shelf,
  ) {
    this.random = new SeededRandom(seed ^ 0x5eed);
    this.world = new World(time, (key, question) => void this.answer(key, question).catch(() => undefined));
    this.outsider = new Outsider(this.world, this.random, settings.ending);
    this.endsAfter = this.random.between(1, 60);
    this.process = this.newProcess('node-0');
  }

  async run(): Promise<string[]> {
    try {
      for (let step = 0; step < MOST_STEPS; step += 1) {
        await this.untilQuiet();
        const record = await this.record();
        if (record && (record.status === 'completed' || record.status === 'cancelled'))
          return await this.compare(record);
        if (!(await this.goOn(record)))
          return [...this.world.violations, `it stands still as ${record?.status}`];
      }
      return [...this.world.violations, 'it does not come to an end'];
    } finally {
      this.process.kill();
    }
  }

  private async compare(record: InstanceRecord): Promise<string[]> {
    const { store } = this.shelf;
    const loaded = (await store.load(record.id))!;
    const state = fold(loaded.snapshot, loaded.tail, null);
    const rows = await this.journal(record.id);
    const { world, settings } = this;
    const wrong = check(this.program, {
      world,
      rows,
      status: record.status,
      data: state.data,
      ending: settings.ending,
    });
    const subscriptions = await store.subscriptions({ instanceId: record.id });
    const trail = await store.auditTrail({}, { limit: 500 });
    return [
      ...wrong,
      ...findLeftovers(loaded, state, subscriptions),
      ...findSurplusSignals(state, world),
      ...findWrongEntries(trail.items, record.id),
    ];
  }

  private async journal(instanceId: string): Promise<JournalRow[]> {
    const rows: JournalRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.shelf.store.history(instanceId, { limit: 500, ...(cursor ? { cursor } : {}) });
      rows.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return rows;
  }

  // One step of the driver ----------------------------------------------------------------------------

  /** Does the next thing that somebody outside would do; lets time pass when there is none. @returns false: none */
  private async goOn(record: InstanceRecord | null): Promise<boolean> {
    if (this.process.isDead) return this.restart();
    const { process } = this;
    if (!process.host.isRunning) return this.act('boot', () => process.start());
    if (!record) return this.act('start', () => process.startInstance());
    if (this.settings.hasRivals && !this.rivalsCame) {
      return this.act('rivals', async () => {
        await process.startRivals();
        this.rivalsCame = true;
      });
    }
    await this.lookAtWaits(record);
    const { id, status, control } = record;
    const { ending } = this.settings;
    const standsBy = status === 'waiting' && record.owner !== null;
    const isTimeToEnd = this.world.activity >= this.endsAfter || (standsBy && this.random.chance(OFTEN));
    if (ending !== 'none' && !this.hasAskedToEnd && isTimeToEnd) {
      return this.act('end', async () => {
        await this.outsider.wish(process, id, ending);
        this.hasAskedToEnd = true;
      });
    }
    if (status === 'failed' && control === null) {
      this.world.repair();
      return this.act('repair', () => this.outsider.wish(process, id, 'retry'));
    }
    if (status === 'paused' && control === null)
      return this.act('resume', () => this.outsider.wish(process, id, 'resume'));
    if (standsBy && ending === 'none' && control === null && this.random.chance(OFTEN))
      return this.act('pause', () => this.outsider.wish(process, id, 'pause'));
    const question = [...this.world.questions].find(([, one]) => this.world.mayAnswer(one));
    // A wait may stand while other things happen.
    if (question && this.random.chance(standsBy ? OFTEN : 0.15))
      return this.act('answer', () => this.answer(question[0], question[1]));
    const mayDie = this.settings.trouble === 'kills' && this.kills < MOST_KILLS;
    if (mayDie && this.random.chance(standsBy ? OFTEN : 0.1)) {
      this.kills += 1;
      process.kill();
      return true;
    }
    return this.passTime();
  }

  private answer(key: string, question: Question): Promise<void> {
    return this.outsider.answer(this.process, key, question, async () => (await this.record())?.id ?? '');
  }

  /** Begins something that somebody outside does; if it is under way already, it may wait for time to pass. */
  private act(name: string, run: () => Promise<unknown>): boolean {
    if (this.busy.has(name)) return this.passTime();
    this.busy.add(name);
    const { process } = this;
    const over = (): void => {
      if (process === this.process) this.busy.delete(name);
    };
    // What the store refused is tried again; what came too late shows in the status.
    run().then(over, over);
    return true;
  }

  private passTime(): boolean {
    const wait = this.process.untilNextTimer;
    if (wait === null) return false;
    this.time.advance(wait);
    return true;
  }

  // Processes -----------------------------------------------------------------------------------------

  private newProcess(nodeId: string): SimulatedProcess {
    const { world, time, program, random } = this;
    const { trouble } = this.settings;
    const pollIntervalMs = trouble === 'none' ? NET_MS : 2_000;
    let callsToDeath = trouble === 'kills' && this.kills < MOST_KILLS ? random.between(1, 50) : Infinity;
    const fateOf = (method: string): Fate => {
      const when = random.pick(['before', 'after'] as const);
      if (trouble === 'outages') {
        const outage = OUTSIDE.has(method) ? OUTSIDE_OUTAGE : OUTAGE;
        return random.chance(outage) ? { fault: 'refuse', when } : 'pass';
      }
      callsToDeath -= 1;
      if (callsToDeath !== 0) return 'pass';
      this.kills += 1;
      return { fault: 'kill', when };
    };
    const options = { pollIntervalMs, retention: null };
    return new SimulatedProcess({
      nodeId,
      shelf: this.shelf,
      time,
      random,
      world,
      program,
      hasRivals: this.settings.hasRivals ?? false,
      options,
      fateOf,
    });
  }

  /** A new process comes: under the same name, or another that takes over at once, or after the lease. */
  private async restart(): Promise<boolean> {
    this.incarnation += 1;
    this.busy.clear();
    await this.shelf.reopen();
    const how = this.random.pick(['same name', 'takeover', 'lease'] as const);
    this.process = this.newProcess(how === 'same name' ? this.process.nodeId : `node-${this.incarnation}`);
    if (how !== 'takeover') return true;
    for (const node of await this.shelf.store.nodes()) {
      if (node.state === 'alive') await this.shelf.store.takeover(node);
    }
    return true;
  }

  // Looking -------------------------------------------------------------------------------------------

  /** Nothing goes on but what waits for time to pass. */
  private async untilQuiet(): Promise<void> {
    for (let quiet = 0, last = ''; quiet < 2;) {
      await new Promise((resolve) => setImmediate(resolve));
      const { waiting, calls, isDead } = this.process;
      const now = `${this.world.activity} ${calls}`;
      quiet = now === last && (isDead || waiting === 0) ? quiet + 1 : 0;
      last = now;
    }
  }

  private async record(): Promise<InstanceRecord | null> {
    const page = await this.shelf.store.list({ version: '1.0.0' }, { limit: 2 });
    if (page.items.length > 1) this.world.violations.push('it was started twice');
    return page.items[0] ?? null;
  }

  private async lookAtWaits(record: InstanceRecord): Promise<void> {
    const { store } = this.shelf;
    const loaded = (await store.load(record.id))!;
    this.world.violations.push(
      ...findStaleWaits(loaded, await store.subscriptions({ instanceId: record.id })),
    );
  }
}
