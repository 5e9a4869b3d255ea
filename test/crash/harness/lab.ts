import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InstanceRecord, type JournalRow, type NodeIdentity } from '@workflow-runner/contract';
import { fold, SystemClock, type HostOptions } from '@workflow-runner/engine';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { CrashChild, readEffects, type Effect, type StopOrder } from '@workflow-runner/testing/crash-kit';

const SCRIPT = fileURLToPath(new URL('../child/node.mjs', import.meta.url));

export interface NodeSettings {
  /** Null for `maxCrashes`: never. @default never */
  readonly options?: Partial<Omit<HostOptions, 'maxCrashes'>> & { readonly maxCrashes?: number | null };
  readonly stop?: StopOrder | null;
  /** How often the child tells that its event loop turns, in ms. @default not at all */
  readonly tickMs?: number;
}

/** One database file with the processes that work on it, and a store object of this process beside them. */
export class Lab {
  private standby: CrashChild | null = null;

  private constructor(
    private readonly folder: string,
    readonly store: SqliteStore,
  ) {}

  static async open(): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), 'workflow-crash-'));
    const store = new SqliteStore({ path: join(folder, 'workflows.db'), clock: new SystemClock() });
    await store.open();
    return new Lab(folder, store);
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

  /** Makes a spawned process a node of this lab's file. */
  begin(child: CrashChild, node: string, settings: NodeSettings = {}): Promise<NodeIdentity> {
    const { options = {}, stop = null, tickMs } = settings;
    const paths = { path: join(this.folder, 'workflows.db'), effects: this.effectsPath };
    return child.ask<NodeIdentity>('begin', { ...paths, node, options, stop, tickMs });
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
