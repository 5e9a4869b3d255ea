import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countRepeats, SeededRandom, type CrashChild } from '@workflow-runner/testing/crash-kit';
import { audit } from './harness/audit.js';
import { Driver } from './harness/driver.js';
import { finish } from './harness/finish.js';
import { Lab } from './harness/lab.js';
import { pause, until } from './harness/until.js';

/** How late a step may start behind its moment on a busy machine, in ms. A poll or a lease would show as more. */
const LATE_MS = 500;
const OPTIONS = { pollIntervalMs: 5_000, leaseMs: 60_000 };

let lab: Lab;
let driver: Driver;
beforeEach(async () => {
  lab = await Lab.open();
  driver = new Driver(lab, new SeededRandom(1));
});
afterEach(() => lab.close());

describe('instances that sleep', () => {
  it('run at once when the process was frozen beyond their time and goes on', async () => {
    const child = await lab.node('frozen', { options: OPTIONS });
    await fallAsleep(child, 400);
    child.ask('freeze').catch(() => undefined);
    await until(
      () => lab.stopped.includes('asked'),
      () => 'it does not freeze',
    );
    await pause(1_000);
    const resumedAt = Date.now();
    child.resume();
    await finish(lab, driver, child);
    for (const { startedAt } of await wakings()) {
      expect(startedAt).toBeGreaterThanOrEqual(resumedAt);
      expect(startedAt - resumedAt).toBeLessThan(LATE_MS);
    }
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
  });

  it('wake at their time in the process that comes after', async () => {
    const first = await lab.node('steady', { options: OPTIONS });
    await fallAsleep(first, 1_200);
    await first.kill();
    const second = await lab.node('steady', { options: OPTIONS });
    await finish(lab, driver, second);
    for (const { startedAt, plannedAt } of await wakings()) {
      expect(startedAt).toBeGreaterThanOrEqual(plannedAt);
      expect(startedAt - plannedAt).toBeLessThan(LATE_MS);
    }
  });

  it.each(['death', 'stop'])(
    'wake at their time after the %s of the process in which they stood by',
    async (end) => {
      const first = await lab.node('first', { options: OPTIONS });
      await fallAsleep(first, 1_500);
      await until(
        async () => (await standingBy('first')) === 20,
        () => 'they do not stand by',
      );
      if (end === 'death') await first.kill();
      else {
        await first.ask('stop', 5_000);
        expect(await standingBy('first')).toBe(0);
      }
      const second = await lab.node('second', { options: OPTIONS });
      await finish(lab, driver, second);
      for (const { startedAt, plannedAt } of await wakings()) {
        expect(startedAt).toBeGreaterThanOrEqual(plannedAt);
        expect(startedAt - plannedAt).toBeLessThan(LATE_MS);
      }
      expect(await audit(lab, driver.accepted.values())).toEqual([]);
      // Nothing had begun, so nothing had to run twice.
      expect(countRepeats(lab.effects)).toBe(0);
    },
  );

  it('run at once in the process that comes after, when their time has passed', async () => {
    const first = await lab.node('steady', { options: OPTIONS });
    await fallAsleep(first, 200);
    await first.kill();
    await pause(300);
    const restartedAt = Date.now();
    const second = await lab.node('another', { options: OPTIONS });
    const readyAfterMs = Date.now() - restartedAt;
    await finish(lab, driver, second);
    for (const { startedAt } of await wakings()) {
      expect(startedAt - restartedAt).toBeLessThan(readyAfterMs + LATE_MS);
    }
  });
});

/** Starts instances and waits until all of them sleep. */
async function fallAsleep(child: CrashChild, delayMs: number): Promise<void> {
  for (let key = 0; key < 20; key += 1) driver.add({ key: `${key}`, workflow: 'delays', data: { delayMs } });
  await driver.askForStarts(child);
  const asleep = async (): Promise<boolean> => (await lab.store.countByStatus({})).waiting === 20;
  await until(asleep, async () => JSON.stringify(await lab.store.countByStatus({})));
}

/** How many sleep although the node owns them. */
async function standingBy(nodeId: string): Promise<number> {
  const { items } = await lab.store.list({ status: ['waiting'] }, { limit: 500 });
  return items.filter(({ owner }) => owner?.nodeId === nodeId).length;
}

/** When each first delay was over by plan, and when the step behind it began. */
async function wakings(): Promise<{ plannedAt: number; startedAt: number }[]> {
  const all = [...driver.accepted.values()].map(async (id) => {
    const rows = await lab.history(id);
    const sleeping = rows.find(({ attempt }) => attempt?.status === 'sleeping')!;
    const next = rows.find(({ attempt }) => attempt?.stepName === 'Other')!;
    const { delayMs } = (await lab.data(id)) as { delayMs: number };
    return { plannedAt: sleeping.attempt!.startedAt + delayMs, startedAt: next.attempt!.startedAt };
  });
  return Promise.all(all);
}
