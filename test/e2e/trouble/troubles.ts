import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailableError, type Store } from '@workflow-runner/contract';
import type { IWorkflowRunnerProps } from '@workflow-runner/runner';
import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { Child } from '../../contract/child.js';
import { mountSmallDisk } from '../../contract/small-disk.js';
import { makeFolder } from '../../contract/sqlite-lab.js';

/** Something that befalls a store for a while. */
export interface Trouble {
  /** What a start is answered with meanwhile. */
  readonly code: string;
  /** What `GET /workflow/status` says about it. */
  readonly reason: RegExp;
  readonly store: Pick<IWorkflowRunnerProps, 'persistence' | 'store'>;
  begin(): Promise<void>;
  end(): Promise<void>;
  /** Removes what it has made. */
  clear(): Promise<void>;
}

/** Another process takes the write lock of the file and stands still. */
export function lockedFile(): Trouble {
  const { folder, remove } = makeFolder();
  const path = join(folder, 'store.db');
  let holder: Child | null = null;
  const end = async (): Promise<void> => holder?.kill();
  return {
    code: 'STORE_LOCKED',
    reason: /locked by another process/,
    store: { persistence: { connectionString: `sqlite:${path}` } },
    begin: async () => {
      holder = Child.start('lock-holder.mjs', path);
      await holder.line();
      holder.signal('SIGSTOP');
    },
    end,
    clear: () => end().then(remove),
  };
}

/** Somebody else fills the disk. */
export function fullDisk(): Trouble {
  const { folder, remove } = makeFolder();
  const unmount = mountSmallDisk(folder, '4m');
  const path = join(folder, 'store.db');
  return {
    code: 'STORE_FULL',
    reason: /no room left/,
    store: { persistence: { connectionString: `sqlite:${path}` } },
    begin: () => Promise.resolve(fill(join(folder, 'ballast'))),
    end: () => Promise.resolve(rmSync(join(folder, 'ballast'), { force: true })),
    clear: async () => {
      unmount();
      remove();
    },
  };
}

/** Takes what is left, to the last block. */
function fill(file: string): void {
  writeFileSync(file, '');
  spawnSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=4096']);
}

/** No call is answered with anything but that the store is away. */
export function awayStore(): Trouble {
  let isAway = false;
  const set = (value: boolean) => (): Promise<void> => {
    isAway = value;
    return Promise.resolve();
  };
  return {
    code: 'STORE_UNAVAILABLE',
    reason: /does not answer/,
    store: { store: refusing(() => isAway) },
    begin: set(true),
    end: set(false),
    clear: set(false),
  };
}

/** Needs no answer of what keeps the data. */
const AT_HAND = new Set<PropertyKey>(['now', 'health', 'open', 'close', 'onHint']);

function refusing(isAway: () => boolean): Store {
  return new Proxy<Store>(new MemoryStore({ clock: new SystemClock() }), {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const call = member.bind(target) as (...args: unknown[]) => unknown;
      if (AT_HAND.has(name)) return call;
      return async (...args: unknown[]) => {
        if (isAway()) throw new StoreUnavailableError('The connection was refused');
        return call(...args);
      };
    },
  });
}
