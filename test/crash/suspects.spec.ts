import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeededRandom, type CrashChild } from '@workflow-runner/testing/crash-kit';
import { audit } from './harness/audit.js';
import { Driver } from './harness/driver.js';
import { Lab } from './harness/lab.js';
import { until } from './harness/until.js';

const MAX_CRASHES = 3;
/** Two deaths make a suspect, then come those under a mark. */
const DEATHS = 2 + MAX_CRASHES;

let lab: Lab;
let driver: Driver;
beforeEach(async () => {
  lab = await Lab.open();
  driver = new Driver(lab, new SeededRandom(1));
});
afterEach(() => lab.close());

describe('a step that kills its own process again and again', () => {
  it('fails as `system` at maxCrashes, while bystanders complete and are not blamed', async () => {
    driver.add({ key: 'deadly', workflow: 'deadly', data: {} });
    // Longer than any life, until the deadly step has failed.
    for (let key = 0; key < 8; key += 1)
      driver.add({ key: `${key}`, workflow: 'slow', data: { stepMs: 60 } });

    let deaths = 0;
    let survivor: CrashChild | null = null;
    while (!survivor) {
      const child = lab.spawn();
      const life = live(child, deaths);
      if ((await life) === 'dead') deaths += 1;
      else survivor = child;
      expect(deaths).toBeLessThanOrEqual(DEATHS);
    }
    expect(deaths).toBe(DEATHS);

    const deadly = await lab.record(driver.accepted.get('deadly')!);
    expect(deadly).toMatchObject({
      status: 'failed',
      failure: { code: 'STEP_CRASHED', category: 'system', step: 'Deadly' },
    });
    const bystanders = [...driver.accepted].filter(([key]) => key !== 'deadly').map(([, id]) => id);
    await until(
      async () => (await lab.store.countByStatus({})).completed === bystanders.length,
      async () => JSON.stringify(await lab.store.countByStatus({})),
    );
    expect(await audit(lab, bystanders)).toEqual([]);
    expect(lab.effects.filter(({ mark, step }) => mark === 'start' && step === 'Deadly')).toHaveLength(
      DEATHS,
    );
  });
});

/** One life of the process: until it dies, or until the deadly instance is given up. */
async function live(child: CrashChild, number: number): Promise<'dead' | 'alive'> {
  const options = { maxCrashes: MAX_CRASHES, pollIntervalMs: 200 };
  const began = lab.begin(child, `life-${number}`, { options });
  const asked = began.then(() => driver.askForStarts(child));
  const failed = async (): Promise<boolean> => (await lab.store.countByStatus({})).failed === 1;
  const ended = until(
    async () => child.isGone || (await failed()),
    () => `neither dead nor failed: ${child.output}`,
  );
  await asked.catch((error: unknown) => {
    if (!child.isGone) throw error;
  });
  await ended;
  return child.isGone ? 'dead' : 'alive';
}
