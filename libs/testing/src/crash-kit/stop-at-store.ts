import type { ClaimRequest, Commit, Store } from '@workflow-runner/contract';
import type { StopPoints } from './stop-points.js';

/**
 * Operations of a store that have stop points; `rest` is a commit that gives the instance up, `ahead` a claim of what will
 * be due only soon.
 */
const OPERATIONS = [
  'join',
  'takeover',
  'create',
  'claim',
  'ahead',
  'commit',
  'rest',
  'publish',
  'seal',
  'leave',
] as const;
type Operation = (typeof OPERATIONS)[number];

/** Operations on their way into the next transaction of a driver. */
const entering = new WeakMap<StopPoints, Set<Operation>>();

/**
 * Names of all points that a store has through `stopAtStore`; `inside` and `stored` exist where its driver goes
 * through `stopAtDriver`, too. In order of time: `before` the call, `inside` its transaction before COMMIT,
 * `stored` right after COMMIT and before anybody is answered, `after` the answer, before the caller sees it.
 */
export function storeStopPoints(operations: readonly Operation[] = OPERATIONS): string[] {
  const moments = ['before', 'inside', 'stored', 'after'];
  return operations.flatMap((operation) => moments.map((moment) => `${operation}.${moment}`));
}

/** The same store, with stop points around the operations that change it. */
export function stopAtStore<S extends Store>(store: S, stops: StopPoints): S {
  return new Proxy(store, {
    get(target, property): unknown {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...values: unknown[]) => unknown;
      if (!OPERATIONS.includes(property as Operation)) return method;
      return async (...values: unknown[]) => {
        const operation = operationOf(property as Operation, values);
        stops.pass(`${operation}.before`);
        noteEntering(stops, operation);
        const answer: unknown = await method(...values);
        // With nothing to seal there is no transaction.
        if (operation === 'seal') entering.get(stops)?.delete(operation);
        stops.pass(`${operation}.after`);
        return answer;
      };
    },
  });
}

/** What every SQLite driver has, and all that is needed of it. */
export interface Transacting {
  transaction<T>(work: () => T): T;
}

/** The same driver, with stop points inside its transactions, for the operations that `stopAtStore` saw enter. */
export function stopAtDriver<D extends Transacting>(driver: D, stops: StopPoints): D {
  const transaction = <T>(work: () => T): T => {
    const operations = [...(entering.get(stops) ?? [])];
    const result = driver.transaction(() => {
      const done = work();
      for (const operation of operations) stops.pass(`${operation}.inside`);
      return done;
    });
    // Not reached when the write lock was taken: they are still on their way then.
    for (const operation of operations) entering.get(stops)?.delete(operation);
    for (const operation of operations) stops.pass(`${operation}.stored`);
    return result;
  };
  return new Proxy(driver, {
    get(target, property): unknown {
      if (property === 'transaction') return transaction;
      const member: unknown = Reflect.get(target, property, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

function operationOf(method: Operation, [first, second]: readonly unknown[]): Operation {
  if (method === 'commit' && (first as Commit).rest !== null) return 'rest';
  if (method === 'claim' && (second as ClaimRequest).aheadMs !== undefined) return 'ahead';
  return method;
}

function noteEntering(stops: StopPoints, operation: Operation): void {
  const set = entering.get(stops) ?? new Set<Operation>();
  entering.set(stops, set.add(operation));
}
