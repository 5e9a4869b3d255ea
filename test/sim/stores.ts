import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Store } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { SqliteStore } from '@workflow-runner/store/sqlite';

export type StoreKind = 'memory' | 'sqlite';

/** What is remembered while processes die. */
export interface Shelf {
  /** The open store of the processes that live now. */
  readonly store: Store;
  /** After a death: opens what is remembered anew. */
  reopen(): Promise<void>;
  remove(): Promise<void>;
}

export async function openShelf(kind: StoreKind, clock: Clock): Promise<Shelf> {
  const shelf = kind === 'memory' ? new MemoryShelf(clock) : new FileShelf(clock);
  await shelf.store.open();
  return shelf;
}

/** Shared by all processes of a simulation: nothing of it dies with one of them. */
class MemoryShelf implements Shelf {
  readonly store: Store;

  constructor(clock: Clock) {
    this.store = new MemoryStore({ clock });
  }

  async reopen(): Promise<void> {}

  remove(): Promise<void> {
    return this.store.close();
  }
}

class FileShelf implements Shelf {
  store: Store;
  private readonly folder = mkdtempSync(join(tmpdir(), 'workflow-sim-'));

  constructor(private readonly clock: Clock) {
    this.store = this.make();
  }

  private make(): Store {
    return new SqliteStore({ path: join(this.folder, 'sim.db'), clock: this.clock, synchronous: 'normal' });
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = this.make();
    await this.store.open();
  }

  async remove(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
