import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Store } from '@workflow-runner/contract';
import { CodedStore } from '@workflow-runner/store/coded';
import { MemoryStore } from '@workflow-runner/store/memory';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { aesCodec, asyncCodec } from '../contract/coded-lab.js';
import type { FaultPlan } from './faulty-store.js';

/** `coded`: in memory, behind a codec that encrypts and answers later. */
export type StoreKind = 'memory' | 'coded' | 'sqlite';

/** What is remembered while processes die. */
export interface Shelf {
  /** An open store, of the process that lives now as well, unless it has one of its own. */
  readonly store: Store;
  /** After a death: opens what is remembered anew. */
  reopen(): Promise<void>;
  remove(): Promise<void>;
  /** Of a store that calls a server: faults happen to those calls. @returns that of the process with this plan */
  goBy?(plan: FaultPlan): Store;
}

/** Opens a shelf of another kind. */
export type OpenShelf = (clock: Clock) => Promise<Shelf>;

export async function openShelf(kind: StoreKind, clock: Clock): Promise<Shelf> {
  const shelf = kind === 'sqlite' ? new FileShelf(clock) : new MemoryShelf(kind, clock);
  await shelf.store.open();
  return shelf;
}

/** Shared by all processes of a simulation: nothing of it dies with one of them. */
class MemoryShelf implements Shelf {
  readonly store: Store;

  constructor(kind: 'memory' | 'coded', clock: Clock) {
    const store = new MemoryStore({ clock });
    this.store = kind === 'memory' ? store : new CodedStore({ store, codec: asyncCodec(aesCodec()) });
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
