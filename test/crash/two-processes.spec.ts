import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOverlaps, SeededRandom } from '@workflow-runner/testing/crash-kit';
import { audit } from './harness/audit.js';
import { Driver } from './harness/driver.js';
import { finish } from './harness/finish.js';
import { Lab } from './harness/lab.js';
import { until } from './harness/until.js';
import { Witness } from './harness/witness.js';

const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** Long enough that nothing in these tests can come from its passing, in ms. */
const LONG_LEASE_MS = 60_000;
const SHORT_LEASE_MS = 600;

let lab: Lab;
let driver: Driver;
beforeEach(async () => {
  lab = await Lab.open();
  driver = new Driver(lab, new SeededRandom(SEED));
});
afterEach(() => lab.close());

const nodesThatRan = (): string[] => [...new Set(lab.effects.map(({ node }) => node))].sort();
const stateOf = async (nodeId: string): Promise<string | undefined> =>
  (await lab.store.nodes()).find((node) => node.nodeId === nodeId)?.state;

describe('two processes on one file', () => {
  it('share the work, and never run a step of the same pointer at the same time', async () => {
    const options = { maxConcurrentWorkflows: 4, pollIntervalMs: 100, leaseMs: LONG_LEASE_MS };
    const [first] = await Promise.all([lab.node('first', { options }), lab.node('second', { options })]);
    driver.invent(80);
    // All are started by one of them: what the other runs, it has taken on by itself.
    await finish(lab, driver, first);

    expect(nodesThatRan()).toEqual(['first', 'second']);
    expect(findOverlaps(lab.effects, new Map())).toEqual([]);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });

  it('notice at once, long before the lease, that one was killed', async () => {
    const options = { pollIntervalMs: 100, leaseMs: LONG_LEASE_MS };
    const [first, second] = await Promise.all([
      lab.node('first', { options }),
      lab.node('second', { options }),
    ]);
    addSlow(20, 40);
    await driver.askForStarts(first);
    await until(
      () => lab.effects.length > 10,
      () => 'no step ran',
    );

    const killedAt = Date.now();
    await first.kill();
    await until(
      async () => (await stateOf('first')) === 'dead',
      () => 'the dead node is not known as such',
      5_000,
    );
    expect(Date.now() - killedAt).toBeLessThan(LONG_LEASE_MS / 20);

    await finish(lab, driver, second);
    expect(findOverlaps(lab.effects, new Map([[first.pid, killedAt]]))).toEqual([]);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });

  it('go on without one that is frozen beyond its lease; continued, it is refused, begins anew and works', async () => {
    const options = { pollIntervalMs: 100, leaseMs: SHORT_LEASE_MS };
    const [first, second] = await Promise.all([
      lab.node('first', { options }),
      lab.node('second', { options }),
    ]);
    const witness = new Witness(first);
    addSlow(10, 100);
    await driver.askForStarts(first);
    await until(
      () => lab.effects.length > 10,
      () => 'no step ran',
    );

    const frozen = first.ask<{ epoch: number }>('freeze', true);
    frozen.catch(() => undefined);
    await until(
      () => lab.stopped.includes('asked'),
      () => 'it does not freeze',
    );
    const frozenAt = Date.now();
    const runningThen = runningIn(first.pid);
    expect(runningThen.length).toBeGreaterThan(0);
    await until(
      async () => (await stateOf('first')) === 'dead',
      () => 'nobody took over',
      10_000,
    );
    expect(Date.now() - frozenAt).toBeGreaterThanOrEqual(SHORT_LEASE_MS * 0.5);
    await finish(lab, driver, second);
    const finishedAt = Date.now();

    first.resume();
    await until(
      () => witness.hasLogged('node.fenced'),
      () => `it was not refused: ${JSON.stringify(witness.lines)}`,
    );
    // Its answer was on its way all the time, and tells the epoch it had.
    expect((await frozen).epoch).toBe(1);
    await until(
      async () => (await stateOf('first')) === 'alive',
      () => 'it did not begin anew',
    );
    expect((await lab.store.nodes()).find(({ nodeId }) => nodeId === 'first')?.epoch).toBe(2);

    // What it ran when it was frozen was ended by the other, and nothing it had to say afterwards counts.
    for (const key of runningThen) expect(await endedBy(key)).toEqual(['second']);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
    const before = findOverlaps(
      lab.effects.filter(({ at }) => at < finishedAt),
      new Map([[first.pid, frozenAt]]),
    );
    expect(before).toEqual([]);

    await second.kill();
    addSlow(3, 5);
    await finish(lab, driver, first);
    expect(lab.effects.filter(({ pid, at }) => pid === first.pid && at > finishedAt).length).toBeGreaterThan(
      0,
    );
  });
});

function addSlow(count: number, stepMs: number): void {
  for (let more = 0; more < count; more += 1) {
    driver.add({ key: `slow-${driver.starts.length}`, workflow: 'slow', data: { stepMs } });
  }
}

/** Idempotency keys of bodies that have begun in a process and not ended. */
function runningIn(pid: number): string[] {
  const own = lab.effects.filter((effect) => effect.pid === pid);
  const ended = new Set(own.filter(({ mark }) => mark === 'end').map(({ key }) => key));
  return own.filter(({ mark, key }) => mark === 'start' && !ended.has(key)).map(({ key }) => key);
}

/** Nodes by whose commits a pointer has completed. */
async function endedBy(key: string): Promise<(string | null)[]> {
  const [instanceId = '', pointerId] = key.split(':');
  const rows = await lab.history(instanceId);
  return rows
    .filter(({ attempt }) => attempt?.pointerId === pointerId && attempt?.status === 'completed')
    .map(({ node }) => node);
}
