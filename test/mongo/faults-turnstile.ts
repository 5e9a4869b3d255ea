import { StoreUnavailableError } from '@workflow-runner/contract';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { MongoDriver } from '../../libs/store/src/mongo/driver.js';
import type { FaultPlan } from '../sim/faulty-store.js';

/** What has happened to calls. */
export interface Tally {
  calls: number;
  faults: number;
}

interface Job {
  readonly method: string;
  readonly carryOut: () => Promise<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Turns of the event loop from one call to the next, so that whoever waits for an answer can ask for more. */
const TURNS = 3;
/** The same until an answer is known to be lost: others have acted on what was done. */
const LOST_AFTER_TURNS = 10;
const READS = new Set<string>(['find', 'findOne', 'aggregate'] satisfies (keyof MongoDriver)[]);

/**
 * Between a store and its server: calls go one at a time, in an order that the seed decides, and each may be refused, lose its
 * answer or be the last one of its process. So everything that happens can be replayed.
 */
export class Turnstile {
  private readonly waiting: Job[] = [];
  private readonly opening = new AsyncLocalStorage<true>();
  private isOpen = false;
  private isBusy = false;
  private whenIdle: (() => void)[] = [];

  /** @param wrote a call was carried out, before its answer is known to anybody */
  constructor(
    private readonly plan: () => FaultPlan | null,
    private readonly wrote: (collection: unknown) => Promise<void>,
    private readonly tally: Tally,
  ) {}

  /**
   * Opens a store. What it does by itself from then on, at intervals of real time, would come at other moments in each run:
   * it is refused, as by a server that cannot be reached.
   */
  async open(store: { open(): Promise<void> }): Promise<void> {
    await this.opening.run(true, () => store.open());
    this.isOpen = true;
  }

  /** Resolves when nothing is on its way to the server. */
  async idle(): Promise<void> {
    if (this.isBusy) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  readonly intercept = (driver: MongoDriver): MongoDriver =>
    new Proxy(driver, {
      get: (target, method: keyof MongoDriver) => {
        const call = (target[method] as (...parts: unknown[]) => unknown).bind(target);
        if (method === 'watch') return () => async () => undefined;
        // There are all by now, and to ask for each takes longer than the rest of the life of most processes.
        if (method === 'createIndex') return async () => undefined;
        return async (...parts: unknown[]) => {
          const plan = this.plan();
          if (!this.isOpen || !plan || method === 'serverTime') return call(...parts);
          if (this.opening.getStore() || plan.isDead) throw away();
          const carryOut = async (): Promise<unknown> => {
            const answer = await call(...parts);
            if (!READS.has(method)) await this.wrote(parts[0]);
            return answer;
          };
          return this.queue(plan, method, carryOut);
        };
      },
    });

  private queue(plan: FaultPlan, method: string, carryOut: Job['carryOut']): Promise<unknown> {
    plan.underWay(1);
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.push({ method, carryOut, resolve, reject });
      if (!this.isBusy) void this.run(plan);
    }).finally(() => plan.underWay(-1));
  }

  private async run(plan: FaultPlan): Promise<void> {
    this.isBusy = true;
    for (await turns(TURNS); this.waiting.length > 0; await turns(TURNS)) {
      const job = plan.pick(this.waiting);
      this.waiting.splice(this.waiting.indexOf(job), 1);
      if (plan.isDead) job.reject(away());
      else await this.pass(job, plan);
    }
    this.isBusy = false;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  private async pass({ method, carryOut, resolve, reject }: Job, plan: FaultPlan): Promise<void> {
    const fate = plan.fateOf(method);
    this.tally.calls += 1;
    if (fate !== 'pass') this.tally.faults += 1;
    if (fate === 'pass' || fate.when === 'after') {
      try {
        const answer = await carryOut();
        if (fate === 'pass') return resolve(answer);
      } catch (error) {
        return reject(error as Error);
      }
    }
    if (fate.fault === 'kill') plan.kill();
    if (fate.when === 'before') reject(away());
    else void turns(LOST_AFTER_TURNS).then(() => reject(away()));
  }
}

function away(): StoreUnavailableError {
  return new StoreUnavailableError('The simulation cut the connection');
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
