import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstanceRecord, JournalRow, NodeIdentity, Store } from '@workflow-runner/contract';
import { fold, SystemClock, type HostOptions } from '@workflow-runner/engine';
import { MongoStore } from '@workflow-runner/store/mongo';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { CrashChild, readEffects, type Effect, type StopOrder } from '@workflow-runner/testing/crash-kit';

/** A server's clock is known to a process about as well as its answers come in time. */
const SERVER_CLOCK_ERROR_MS = 250;

const SCRIPT = fileURLToPath(new URL('../child/node.mjs', import.meta.url));

export interface NodeSettings {
  /** Null for `maxCrashes`: never. @default never */
  readonly options?: Partial<Omit<HostOptions, 'maxCrashes'>> & { readonly maxCrashes?: number | null };
  readonly stop?: StopOrder | null;
  /** How often the child tells that its event loop turns, in ms. @default not at all */
  readonly tickMs?: number;
  /** Another way to the lab's database. */
  readonly db?: string;
  /** How long a MongoDB may take to answer, in ms. @default that of the store */
  readonly timeoutMs?: number;
  /** How wrongly its machine's clock is set, in ms. @default 0 */
  readonly clockAheadMs?: number;
}

/** One database with the processes that work on it, and a store object of this process beside them. */
export class Lab {
  private standby: CrashChild | null = null;

  private constructor(
    private readonly folder: string,
    private readonly db: string,
    readonly store: Store,
    /** How far store time may be behind the clock of this machine. */
    readonly clockErrorMs: number,
  ) {}

  /** @param mongo address of a MongoDB with its database; without one it is a new file of SQLite */
  static async open(mongo?: string): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), 'workflow-crash-'));
    const clock = new SystemClock();
    const path = join(folder, 'workflows.db');
    const store = mongo ? new MongoStore({ uri: mongo, clock }) : new SqliteStore({ path, clock });
    await store.open();
    return new Lab(folder, mongo ?? path, store, mongo ? SERVER_CLOCK_ERROR_MS : 0);
  }

  async close(): Promise<void> {
    await CrashChild.killAll();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A process that has loaded its modules; the next one is started already, so that lives can follow quickly. */
  spawn(): CrashChild {
    const child = this.standby ?? CrashChild.spawn(SCRIPT);
    this.standby = CrashChild.spawn(SCRIPT);
    return child;
  }

  /** Makes a spawned process a node of this lab's database. */
  begin(child: CrashChild, node: string, settings: NodeSettings = {}): Promise<NodeIdentity> {
    const { db, effectsPath: effects } = this;
    const defaults = { db, options: {}, stop: null, clockAheadMs: 0 };
    return child.ask<NodeIdentity>('begin', { ...defaults, ...settings, effects, node });
  }

  async node(name: string, settings: NodeSettings = {}): Promise<CrashChild> {
    const child = this.spawn();
    await this.begin(child, name, settings);
    return child;
  }

  get effects(): Effect[] {
    return readEffects(this.effectsPath);
  }

  /** Names of the stop points that were reached, in order. */
  get stopped(): string[] {
    return this.effects.filter(({ mark }) => mark === 'stop').map(({ step }) => step);
  }

  async record(instanceId: string): Promise<InstanceRecord> {
    const loaded = await this.store.load(instanceId);
    if (!loaded) throw new Error(`${instanceId} is unknown`);
    return loaded.record;
  }

  async data(instanceId: string): Promise<unknown> {
    const loaded = await this.store.load(instanceId);
    if (!loaded) throw new Error(`${instanceId} is unknown`);
    return fold(loaded.snapshot, loaded.tail, null).data;
  }

  async history(instanceId: string): Promise<JournalRow[]> {
    const rows: JournalRow[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await this.store.history(instanceId, { limit: 500, ...(cursor ? { cursor } : {}) });
      rows.push(...page.items);
      if (page.nextCursor === null) return rows;
      cursor = page.nextCursor;
    }
  }

  private get effectsPath(): string {
    return join(this.folder, 'effects');
  }
}
