import { StoreUnavailableError, type Commit, type Hint, type Store } from '@workflow-runner/contract';
import type { CrashFacts, CrashPlan, CrashPoint } from './crash-plan.js';
import { turn } from './real-time.js';

export interface StoreLineParts {
  readonly store: Store;
  readonly crashes: CrashPlan;
  /** Ids of nodes whose process is gone, which a store on a file would see by their locks. */
  readonly gone: ReadonlySet<string>;
  /** The process that makes the calls dies now. */
  readonly die: () => void;
}

/** A store in memory answers before anything else happens: after so many calls the event loop gets its turn. */
const CALLS_A_TURN = 200;

type Method = (...args: unknown[]) => Promise<unknown>;

/** Methods around which a process can be made to die, and what of their arguments says where it is. */
const MOMENTS: Readonly<Record<string, { name: string; facts: (first: unknown) => CrashFacts | null }>> = {
  create: { name: 'start', facts: () => ({}) },
  publish: { name: 'event', facts: () => ({}) },
  commit: {
    name: 'commit',
    facts: (first) => {
      const { instanceId, entry } = first as Commit;
      return entry.attempt && { instanceId, stepName: entry.attempt.stepName };
    },
  },
};

/**
 * The line of one process to the store that outlives it. Opening and closing is the kit's business.
 *
 *   open ──cut──▶ cut ──hangUp──▶ hung up
 *
 * Cut: no call is answered any more, and no hint comes through. Hung up: whoever waits for an answer, or calls, is told
 * that there will be none.
 */
export class StoreLine {
  readonly store: Store;
  /** Calls that have no answer yet. */
  underWay = 0;
  /** Grows with every call. */
  calls = 0;
  private state: 'open' | 'cut' | 'hung-up' = 'open';
  private breath: Promise<void> | null = null;
  private readonly waiting = new Set<(error: Error) => void>();

  constructor(private readonly parts: StoreLineParts) {
    this.store = new Proxy(parts.store, { get: (store, key) => this.member(store, key) });
  }

  cut(): void {
    this.state = 'cut';
  }

  hangUp(): void {
    this.state = 'hung-up';
    for (const reject of this.waiting) reject(gone());
    this.waiting.clear();
  }

  private member(store: Store, key: string | symbol): unknown {
    const member: unknown = Reflect.get(store, key, store);
    if (typeof member !== 'function') return member;
    if (key === 'now' || key === 'health') return member.bind(store) as unknown;
    if (key === 'open' || key === 'close') return () => Promise.resolve();
    if (key === 'onHint') return (listener: (hint: Hint) => void) => this.listen(listener);
    if (key === 'nodes') return () => this.call('nodes', () => this.nodes());
    return (...args: unknown[]) => this.call(String(key), member.bind(store) as Method, args);
  }

  private async call(method: string, run: Method, args: unknown[] = []): Promise<unknown> {
    if (!this.isOpen) return this.silence();
    this.calls += 1;
    if (this.calls % CALLS_A_TURN === 0) this.breath ??= turn().finally(() => (this.breath = null));
    const { name, facts } = MOMENTS[method] ?? {};
    const place = facts?.(args[0]) ?? null;
    if (place && this.isTheEnd(`before-${name}` as CrashPoint, place)) return this.silence();
    this.underWay += 1;
    try {
      const answer = await run(...args);
      if (this.breath) await this.breath;
      if (place) this.isTheEnd(`after-${name}` as CrashPoint, place);
      return this.isOpen ? answer : await this.silence();
    } catch (error) {
      if (!this.isOpen) return await this.silence();
      throw error;
    } finally {
      this.underWay -= 1;
    }
  }

  private get isOpen(): boolean {
    return this.state === 'open';
  }

  private get isHungUp(): boolean {
    return this.state === 'hung-up';
  }

  private isTheEnd(point: CrashPoint, place: CrashFacts): boolean {
    if (!this.parts.crashes.reaches(point, place)) return false;
    this.parts.die();
    return true;
  }

  private async nodes(): Promise<unknown> {
    const { store, gone } = this.parts;
    const nodes = await store.nodes();
    return nodes.map((node) => (gone.has(node.nodeId) ? { ...node, provenGone: true } : node));
  }

  private listen(listener: (hint: Hint) => void): () => void {
    return this.parts.store.onHint((hint) => {
      if (this.isOpen) listener(hint);
    });
  }

  private silence(): Promise<never> {
    if (this.isHungUp) return Promise.reject(gone());
    return new Promise((_resolve, reject) => this.waiting.add(reject));
  }
}

function gone(): StoreUnavailableError {
  return new StoreUnavailableError('The process has died');
}
