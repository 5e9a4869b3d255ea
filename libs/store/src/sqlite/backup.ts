import { existsSync, renameSync, rmSync } from 'node:fs';
import { InvalidOptionsError } from '@workflow-runner/contract';
import type { Driver } from './driver.js';

/**
 * Copies the store while it is in use; the target appears only when it is complete.
 * @throws {InvalidOptionsError} the target exists
 */
export async function copyTo(driver: Driver, target: string): Promise<void> {
  if (existsSync(target)) throw new InvalidOptionsError('target', `${target} exists already`);
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    await driver.backup(partial);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}
