import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeededRandom, type CrashChild, type Effect } from '@workflow-runner/testing/crash-kit';
import { audit } from './harness/audit.js';
import { Driver } from './harness/driver.js';
import { finish } from './harness/finish.js';
import { Lab } from './harness/lab.js';
import { until } from './harness/until.js';

/** `concurrency` of the workflow `limited`. */
const LIMIT = 3;
/** Long enough that nothing in these tests can come from its passing, in ms. */
const LONG_MS = 60_000;

let lab: Lab;
let driver: Driver;
beforeEach(async () => {
  lab = await Lab.open();
  driver = new Driver(lab, new SeededRandom(1));
});
afterEach(() => lab.close());

function add(count: number, stepMs: number): void {
  for (let more = 0; more < count; more += 1)
    driver.add({ key: `${driver.starts.length}`, workflow: 'limited', data: { stepMs } });
}

const heldBy = async (nodeId: string): Promise<number> => {
  const { items } = await lab.store.list({ status: ['running'] }, { limit: 500 });
  return items.filter(({ owner }) => owner?.nodeId === nodeId).length;
};

describe('a limit over two processes', () => {
  it('is never passed, and every instance has its turn on one or the other', async () => {
    // None of them has lanes for all slots, and nobody looks by itself: a slot that one gives back must be seen.
    const options = { pollIntervalMs: LONG_MS, leaseMs: LONG_MS, maxConcurrentWorkflows: 2 };
    const [first, second] = await Promise.all(['first', 'second'].map((node) => lab.node(node, { options })));
    add(20, 15);
    await driver.askForStarts(first!);
    add(20, 15);

    await finish(lab, driver, second!);

    expect(new Set(lab.effects.map(({ node }) => node)).size).toBe(2);
    expect(mostAtWork(lab.effects, null)).toBe(LIMIT);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });

  it('holds after the death of the process that held all slots, and the other goes on at once', async () => {
    const options = { pollIntervalMs: 100, leaseMs: LONG_MS };
    const first = await lab.node('first', { options });
    add(12, 150);
    await driver.askForStarts(first);
    await until(
      async () => (await heldBy('first')) === LIMIT,
      () => 'it does not hold all slots',
    );
    const second = await lab.node('second', { options });
    expect(await heldBy('second')).toBe(0);

    const death = { child: first, at: Date.now() };
    await first.kill();
    await until(
      async () => (await heldBy('second')) === LIMIT,
      () => 'the other does not go on',
      5_000,
    );
    await finish(lab, driver, second);

    expect(mostAtWork(lab.effects, death)).toBe(LIMIT);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });
});

/** The greatest number of bodies that worked at the same time; each instance has one at most. */
function mostAtWork(effects: readonly Effect[], death: { child: CrashChild; at: number } | null): number {
  const atWork = new Map<string, Effect>();
  let most = 0;
  for (const effect of effects) {
    if (death && effect.pid !== death.child.pid && effect.at >= death.at) {
      for (const [key, { pid }] of atWork) if (pid === death.child.pid) atWork.delete(key);
    }
    if (effect.mark === 'start') atWork.set(effect.key, effect);
    if (effect.mark === 'end') atWork.delete(effect.key);
    most = Math.max(most, atWork.size);
  }
  return most;
}
