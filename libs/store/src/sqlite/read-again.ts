import { StoreLockedError } from '@workflow-runner/contract';
import type { Condition } from './condition.js';
import type { Driver } from './driver.js';
import { isBusy, storeErrorOf } from './sqlite-errors.js';

/** In WAL mode a read meets a lock only while somebody recovers or converts the file; that is short. In ms. */
const PATIENCE_MS = 1_000;
const PAUSE_MS = 5;

/**
 * Carries out a read. `consistent`: all statements of it see the same moment.
 * @throws what is wrong with the store by its name; the health shows it too
 */
export async function readAgain<T>(
  { driver, path, condition }: { driver: Driver; path: string; condition: Condition },
  how: 'plain' | 'consistent',
  work: () => T,
): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return how === 'plain' ? work() : atOneMoment(driver, work);
    } catch (error) {
      const storeError = storeErrorOf(error, path);
      if (!isBusy(error) || performance.now() > giveUpAt) {
        if (storeError && !(storeError instanceof StoreLockedError)) condition.degraded(storeError.message);
        throw storeError ?? error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function atOneMoment<T>(driver: Driver, work: () => T): T {
  driver.prepare('BEGIN').run();
  try {
    return work();
  } finally {
    end(driver);
  }
}

/** SQLite ends the transaction by itself when it meets damage. */
function end(driver: Driver): void {
  try {
    driver.prepare('ROLLBACK').run();
  } catch (error) {
    if (!String(error).includes('no transaction is active')) throw error;
  }
}
