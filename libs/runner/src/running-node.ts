import type { Store } from '@workflow-runner/contract';
import { Operations, PlainStepPolicy, WorkflowHost } from '@workflow-runner/engine';
import type { Catalog } from './catalog.js';
import { asComponent } from './component-failed.js';
import type { Listeners } from './listeners.js';
import { MetricsReader } from './metrics-reader.js';
import { makeStore } from './open-store.js';
import type { RunnerSettings } from './runner-settings.js';

/** What lives while a runner runs: the open store, the host over it, and what asks them. */
export interface RunningNode {
  readonly store: Store;
  readonly host: WorkflowHost;
  readonly operations: Operations;
  readonly metrics: MetricsReader;
  /** Monotonic time, in ms. */
  readonly upSince: number;
}

/**
 * Opens the store, then starts host and metrics. What was started before a failure is stopped again.
 * @throws {ComponentFailedError}
 */
export async function startNode(
  settings: RunnerSettings,
  catalog: Catalog,
  listeners: Listeners,
): Promise<RunningNode> {
  const { clock, logger } = settings;
  const store = await asComponent('store', async () => {
    const made = isOpenable(settings.store) ? settings.store : await makeStore(settings.store, clock, logger);
    await made.open();
    return made;
  });
  const host = makeHost(settings, store);
  const metrics = new MetricsReader(store, clock, logger);
  try {
    await asComponent('workflows', async () => {
      for (const definition of catalog.definitions()) await host.register(definition);
    });
    host.onTelling((telling) => listeners.tell(telling));
    await asComponent('host', () => host.start());
    await asComponent('metrics', () => metrics.start());
  } catch (error) {
    await stopNode({ host, metrics, store }).catch(() => undefined);
    throw error;
  }
  return { store, host, operations: new Operations(host), metrics, upSince: clock.monotonic() };
}

/**
 * Drains the host, then closes the store, whatever fails on the way.
 * @throws {ComponentFailedError} the first failure
 */
export async function stopNode({
  host,
  metrics,
  store,
}: Pick<RunningNode, 'host' | 'metrics' | 'store'>): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  await asComponent('metrics', () => metrics.stop()).catch(note);
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
