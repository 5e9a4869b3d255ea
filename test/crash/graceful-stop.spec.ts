import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countRepeats, SeededRandom } from '@workflow-runner/testing/crash-kit';
import { audit } from './harness/audit.js';
import { Driver } from './harness/driver.js';
import { finish } from './harness/finish.js';
import { Lab } from './harness/lab.js';
import { until } from './harness/until.js';

/** A process that has nothing left to do ends by itself; something forgotten would keep it for ever. In ms. */
const EXIT_MS = 5_000;

let lab: Lab;
let driver: Driver;
beforeEach(async () => {
  lab = await Lab.open();
  driver = new Driver(lab, new SeededRandom(1));
});
afterEach(() => lab.close());

describe('an orderly stop under load', () => {
  it('drains, gives everything back and leaves no handle; the next process takes over at once', async () => {
    const options = { leaseMs: 60_000, pollIntervalMs: 100 };
    const first = await lab.node('first', { options });
    for (let key = 0; key < 40; key += 1)
      driver.add({ key: `${key}`, workflow: 'slow', data: { stepMs: 80 } });
    driver.invent(40);
    await driver.askForStarts(first);
    await until(
      () => lab.effects.length > 100,
      () => 'it is not under load',
    );

    const stopped = first.ask('stop', 5_000);
    expect(await stopped).toEqual({ active: 0 });
    expect(await Promise.race([first.exited, tooLate()])).toEqual({ code: 0, signal: null });

    const counts = await lab.store.countByStatus({});
    expect(counts.completed).toBeLessThan(driver.starts.length);
    const { items } = await lab.store.list({}, { limit: 500 });
    expect(items.filter(({ owner }) => owner !== null)).toEqual([]);
    expect(await lab.store.nodes()).toMatchObject([{ nodeId: 'first', state: 'left' }]);

    const restartedAt = Date.now();
    const second = await lab.node('second', { options });
    await until(
      () => lab.effects.some(({ node }) => node === 'second'),
      () => 'the next process does not go on',
      5_000,
    );
    expect(Date.now() - restartedAt).toBeLessThan(5_000);
    await finish(lab, driver, second);
    expect(await audit(lab, driver.accepted.values())).toEqual([]);
    // Nothing was cut off, so nothing had to run twice.
    expect(countRepeats(lab.effects)).toBe(0);
  });
});

function tooLate(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('it still runs'), EXIT_MS).unref());
}
