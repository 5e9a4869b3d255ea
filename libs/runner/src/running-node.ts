import type { Store } from '@workflow-runner/contract';
import { Operations, PlainStepPolicy, WorkflowHost } from '@workflow-runner/engine';
import { RefusalRecorder } from './audit/refusal-recorder.js';
import type { Catalog } from './catalog.js';
import { asComponent } from './component-failed.js';
import { PublicationTail } from './feed/publication-tail.js';
import type { Listeners } from './listeners.js';
import { MetricsReader } from './metrics-reader.js';
import { behindCodec, makeStore } from './open-store.js';
import type { RunnerSettings } from './runner-settings.js';

/** What lives while a runner runs: the open store, the host over it, and what asks them. */
export interface RunningNode {
  readonly store: Store;
  readonly host: WorkflowHost;
  readonly operations: Operations;
  readonly metrics: MetricsReader;
  /** What feeds read. */
  readonly tail: PublicationTail;
  readonly refusals: RefusalRecorder;
  /** Monotonic time, in ms. */
  readonly upSince: number;
}

/**
 * Opens the store and puts a host over it that does not run anything yet.
 * @throws {ComponentFailedError}
 */
export async function openNode(
  settings: RunnerSettings,
  catalog: Catalog,
  listeners: Listeners,
): Promise<RunningNode> {
  const { clock, logger } = settings;
  const store = await asComponent('store', async () => {
    const plain = isOpenable(settings.store)
      ? settings.store
      : await makeStore(settings.store, clock, logger);
    const made = settings.codec ? await behindCodec(plain, settings.codec, logger) : plain;
    await made.open();
    return made;
  });
  const host = makeHost(settings, store);
  const metrics = new MetricsReader(store, clock, logger);
  const tail = new PublicationTail(store, clock, logger, host.services.options.pollIntervalMs);
  const operations = new Operations(host);
  const refusals = new RefusalRecorder({ store, operations, clock, ids: settings.ids, logger });
  const node = { store, host, operations, metrics, tail, refusals, upSince: clock.monotonic() };
  try {
    await asComponent('workflows', async () => {
      for (const definition of catalog.definitions()) await host.register(definition);
    });
    host.onTelling((telling) => {
      listeners.tell(telling);
      if (telling.entry.tell.length > 0) tail.wake();
    });
    await asComponent('metrics', () => metrics.start());
  } catch (error) {
    await stopNode(node).catch(() => undefined);
    throw error;
  }
  return node;
}

/** Recovers what was left behind and begins to run. @throws {ComponentFailedError} */
export async function beginNode({ host }: RunningNode): Promise<void> {
  await asComponent('host', () => host.start());
}

/**
 * Ends all feeds, writes the last refusals, drains the host, then closes the store, whatever fails on the way.
 * @throws {ComponentFailedError} the first failure
 */
export async function stopNode({
  host,
  metrics,
  refusals,
  store,
  tail,
}: Pick<RunningNode, 'host' | 'metrics' | 'refusals' | 'store' | 'tail'>): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  tail.stop();
  await asComponent('metrics', () => metrics.stop()).catch(note);
  await refusals.stop();
  await asComponent('host', () => host.stop()).catch(note);
  await asComponent('store', () => store.close()).catch(note);
  if (failures.length > 0) throw failures[0];
}

function makeHost(settings: RunnerSettings, store: Store): WorkflowHost {
  const { clock, random, ids, logger, activator, retry, stepTimeoutMs, host: options } = settings;
  const policy = new PlainStepPolicy(random, retry, stepTimeoutMs);
  return new WorkflowHost({ store, clock, random, ids, logger, activator, policy, options });
}

function isOpenable(store: RunnerSettings['store']): store is Store {
  return !('kind' in store);
}
