import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeededRandom, type CrashChild } from '@workflow-runner/testing/crash-kit';
import { audit } from './harness/audit.js';
import { Driver } from './harness/driver.js';
import { finish } from './harness/finish.js';
import { Lab } from './harness/lab.js';
import { pause, until } from './harness/until.js';
import { Witness } from './harness/witness.js';

const TICK_MS = 20;
/** A turn of the event loop that takes longer counts as standing still; the lock is held for seconds. In ms. */
const RESPONSIVE_MS = 500;

let lab: Lab;
let driver: Driver;
beforeEach(async () => {
  lab = await Lab.open();
  driver = new Driver(lab, new SeededRandom(1));
});
afterEach(() => lab.close());

describe('a process frozen inside a transaction', () => {
  it('holds the write lock: the other stays responsive, says degraded, and goes on at SIGCONT', async () => {
    const { frozen, other, witness } = await freezeInside('commit.inside');
    frozen.resume();
    await until(
      () => witness.health?.status === 'healthy',
      () => `still ${JSON.stringify(witness.health)}`,
    );
    await finish(lab, driver, other);
    expect(witness.longestMs).toBeLessThan(RESPONSIVE_MS);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });

  it('frees it by its death: the other stays responsive, says degraded, and goes on at SIGKILL', async () => {
    const { frozen, other, witness } = await freezeInside('claim.inside');
    await frozen.kill();
    await until(
      () => witness.health?.status === 'healthy',
      () => `still ${JSON.stringify(witness.health)}`,
    );
    await finish(lab, driver, other);
    expect(witness.longestMs).toBeLessThan(RESPONSIVE_MS);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });
});

/** Two nodes under load, one of which freezes with the write lock; returns when the other has noticed and suffered. */
async function freezeInside(
  point: string,
): Promise<{ frozen: CrashChild; other: CrashChild; witness: Witness }> {
  const options = { pollIntervalMs: 100, leaseMs: 1_000 };
  const other = await lab.node('other', { options, tickMs: TICK_MS });
  const stop = { point, passing: 3, signal: 'SIGSTOP' } as const;
  const frozen = await lab.node('frozen', { options, stop });
  const witness = new Witness(other);
  driver.invent(40);
  // Neither has an answer for anybody while the file is locked: what is unanswered is asked for again later.
  void driver.askForStarts(frozen);
  await until(
    () => lab.stopped.includes(point),
    () => `${point} was not reached`,
  );
  void driver.askForStarts(other);
  await until(
    () => witness.health?.status === 'degraded',
    () => `not degraded but ${JSON.stringify(witness.health)}`,
  );
  const { ticks } = witness;
  // Beyond its lease: nobody can take over while it holds the lock, and nobody must stand still.
  await pause(1_500);
  expect(witness.ticks - ticks).toBeGreaterThan(1_500 / TICK_MS / 4);
  expect(witness.health?.status).toBe('degraded');
  return { frozen, other, witness };
}
