import { StoreUnavailableError, type Hint, type Store } from '@workflow-runner/contract';

/** What happens to one call. `before`: nothing was done; `after`: it was done and the answer is lost. */
export type Fate = 'pass' | { readonly fault: 'refuse' | 'kill'; readonly when: 'before' | 'after' };

export interface FaultPlan {
  /** Decides what happens to the next call. */
  fateOf(method: string): Fate;
  /** Turns of the event loop that the answer takes on its way. */
  turnsOf(method: string): number;
  /** The process that makes the calls dies now. */
  kill(): void;
  readonly isDead: boolean;
  /** A call was done, whatever becomes of its answer. */
  done(method: string, args: readonly unknown[]): void;
  /** A call begins (1) or its answer has arrived (-1). */
  underWay(change: 1 | -1): void;
  /** Of several calls that wait, the one that goes next. */
  pick<T>(waiting: readonly T[]): T;
}

/** The same process, for calls in which the faults happen further within. */
export function withoutFaults(plan: FaultPlan): FaultPlan {
  return {
    fateOf: () => 'pass',
    turnsOf: (method) => plan.turnsOf(method),
    kill: () => plan.kill(),
    get isDead() {
      return plan.isDead;
    },
    done: () => undefined,
    underWay: (change) => plan.underWay(change),
    pick: (waiting) => plan.pick(waiting),
  };
}

/** Turns of the event loop after which an answer is known to be lost: others have acted on what was done. */
const LOST_AFTER_TURNS = 10;

const IMMEDIATE = new Set(['now', 'health']);

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * A store as a process sees it that can die, or lose its connection, at any call. From its death on, none of its
 * calls is answered and no hint reaches it. Answers to commits keep their order, others may overtake each other.
 */
export function faultyStore(inner: Store, plan: FaultPlan): Store {
  let lastCommit: Promise<unknown> = Promise.resolve();

  const call = (method: string, args: unknown[]): Promise<unknown> => {
    if (plan.isDead) return never();
    const fate = plan.fateOf(method);
    if (fate !== 'pass' && fate.when === 'before') return fail(fate.fault);
    plan.underWay(1);
    const work = (inner as unknown as Record<string, Method>)[method]!(...args).then((answer) => {
      plan.done(method, args);
      return answer;
    });
    const before = method === 'commit' ? lastCommit : Promise.resolve();
    const turns = plan.turnsOf(method) + (fate === 'pass' ? 0 : LOST_AFTER_TURNS);
    const answered = travel(work, before, turns).finally(() => plan.underWay(-1));
    if (method === 'commit') lastCommit = answered.catch(() => undefined);
    return answered.then(
      (answer) => (plan.isDead ? never() : fate === 'pass' ? answer : fail(fate.fault)),
      (error: unknown) => (plan.isDead ? never() : Promise.reject(error as Error)),
    );
  };

  const fail = (fault: 'refuse' | 'kill'): Promise<never> => {
    if (fault === 'refuse')
      return Promise.reject(new StoreUnavailableError('The simulation cut the connection'));
    plan.kill();
    return never();
  };

  return new Proxy(inner, {
    get(target, key: string) {
      const member = (target as unknown as Record<string, unknown>)[key];
      if (typeof member !== 'function') return member;
      if (IMMEDIATE.has(key)) return member.bind(target) as unknown;
      if (key === 'onHint') {
        return (listener: (hint: Hint) => void) => target.onHint((hint) => !plan.isDead && listener(hint));
      }
      return (...args: unknown[]) => call(key, args);
    },
  });
}

async function travel(work: Promise<unknown>, before: Promise<unknown>, turns: number): Promise<unknown> {
  const answer = await work.finally(() => before);
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return answer;
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
