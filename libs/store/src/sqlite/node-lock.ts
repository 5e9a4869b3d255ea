import { existsSync, rmSync } from 'node:fs';
import type { NodeIdentity } from '@workflow-runner/contract';
import type { Driver, Opener } from './driver.js';
import { isBusy } from './sqlite-errors.js';

/**
 * Tells the other processes of this machine whether a node's process still exists: an exclusive lock on a small
 * database of its own. The kernel frees it at the death of the process, and keeps it while the process stands still.
 * The epoch is part of the file's name, so that a file that is cleaned away can never be one that is used again.
 */
export class NodeLock {
  private isHeld = true;

  private constructor(
    private readonly driver: Driver,
    private readonly file: string,
  ) {}

  static acquire(opener: Opener, storePath: string, node: NodeIdentity): NodeLock {
    const file = lockFileOf(storePath, node);
    const driver = opener(file);
    try {
      driver.exec('PRAGMA journal_mode = MEMORY');
      driver.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      driver.close();
      throw error;
    }
    return new NodeLock(driver, file);
  }

  /** A second call does nothing. */
  release(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    rmSync(this.file, { force: true });
    this.driver.exec('ROLLBACK');
    this.driver.close();
  }
}

/** Whether the node's process is known to be gone: its lock is free, or was cleaned away. */
export function isProvenGone(opener: Opener, storePath: string, node: NodeIdentity): boolean {
  const file = lockFileOf(storePath, node);
  if (!existsSync(file)) return true;
  const driver = opener(file);
  try {
    // A read, because two that look at the same moment must not see each other.
    driver.exec('SELECT count(*) FROM sqlite_master');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  } finally {
    driver.close();
  }
}

/** Removes what a dead epoch left behind. Only for epochs that are marked dead or superseded. */
export function removeLock(storePath: string, node: NodeIdentity): void {
  rmSync(lockFileOf(storePath, node), { force: true });
}

function lockFileOf(storePath: string, { nodeId, epoch }: NodeIdentity): string {
  return `${storePath}-node-${encodeURIComponent(nodeId)}-${epoch}`;
}
