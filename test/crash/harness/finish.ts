import type { CrashChild } from '@workflow-runner/testing/crash-kit';
import type { Driver } from './driver.js';
import type { Lab } from './lab.js';
import { until } from './until.js';

/** Asks and publishes until every start is acknowledged and has completed. */
export async function finish(lab: Lab, driver: Driver, child: CrashChild, timeoutMs = 60_000): Promise<void> {
  await until(
    async () => {
      await driver.askForStarts(child);
      await driver.publish(child, 'anywhere', Infinity);
      const { completed } = await lab.store.countByStatus({});
      return driver.unanswered.length === 0 && completed >= driver.starts.length;
    },
    () => standing(lab, driver),
    timeoutMs,
  );
}

async function standing(lab: Lab, driver: Driver): Promise<string> {
  const { items } = await lab.store.list(
    { status: ['pending', 'running', 'waiting', 'paused', 'failed', 'cancelled'] },
    { limit: 5 },
  );
  const counts = JSON.stringify(await lab.store.countByStatus({}));
  return `${counts}, ${driver.unanswered.length} unanswered, ${driver.unpublished} unpublished; ${JSON.stringify(items)}`;
}
