import { spawnSync } from 'node:child_process';
import { makeFolder } from './sqlite-lab.js';

/** Puts a disk of a few megabytes into a folder. @param size as in `2m` @returns how to take it away again */
export function mountSmallDisk(folder: string, size: string): () => void {
  mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder);
  return () => void spawnSync('umount', ['-l', folder]);
}

/** @throws {Error} what `mount` said */
export function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim() || 'mount does not work here');
}

/** Null when this process may mount a small disk of its own. */
export function whyNoMounts(): string | null {
  if (process.getuid?.() !== 0) return 'only root can mount a disk to fill';
  const { folder, remove } = makeFolder();
  try {
    mountSmallDisk(folder, '1m')();
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    remove();
  }
}
