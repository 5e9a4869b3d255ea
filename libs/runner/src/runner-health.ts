import type { Clock, InstanceFilter, NodeRecord, Store } from '@workflow-runner/contract';
import { parseWorkflowId } from '@workflow-runner/engine';
import { inTime } from './in-time.js';
import { OPEN_STATUSES } from './metrics-reader.js';
import type { IWorkflowRunnerMetrics } from './runner-metrics.js';
import type { RunningNode } from './running-node.js';

/** Something an operator should know. */
export interface HealthDetail {
  readonly component: 'runner' | 'store' | 'instances';
  readonly message: string;
}

/** How the runner is. */
export interface RunnerHealth {
  /** Unhealthy when a component is false. Details alone do not make it so. */
  readonly status: 'healthy' | 'unhealthy';
  /** Seconds since the runner is running; 0 when it is not. */
  readonly uptime: number;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly components: {
    readonly workflowHost: boolean;
    /** False also while the store is degraded. */
    readonly database: boolean;
  };
  readonly details: readonly HealthDetail[];
  /** Null when the runner is not running. */
  readonly metrics: IWorkflowRunnerMetrics | null;
}

const OLDEST = 500;
/** How long the store may take to answer, in ms: whoever asks for health has a limit of their own. */
const PATIENCE_MS = 2_000;
const CHANGED = 'definition-changed';
const UNREADABLE = 'unreadable';

/** What the store and the instances in it have to say. */
export async function healthDetails(node: RunningNode, clock: Clock): Promise<HealthDetail[]> {
  const { status, detail } = node.store.health();
  const details: HealthDetail[] = [];
  if (status !== 'healthy') details.push({ component: 'store', message: detail ?? `The store is ${status}` });
  try {
    details.push(...(await inTime(clock, PATIENCE_MS, instanceDetails(node))));
  } catch (error) {
    const message = `The store does not answer: ${error instanceof Error ? error.message : String(error)}`;
    details.push({ component: 'store', message });
  }
  return details;
}

async function instanceDetails(node: RunningNode): Promise<HealthDetail[]> {
  return [...(await changedDefinitions(node)), ...(await unregistered(node)), ...(await unreadable(node))];
}

async function changedDefinitions({ store }: RunningNode): Promise<HealthDetail[]> {
  const filter: InstanceFilter = { status: OPEN_STATUSES, statusReason: CHANGED };
  const count = await openCount(store, { statusReason: CHANGED });
  if (count === 0) return [];
  const { items } = await store.list(filter, { limit: OLDEST, order: 'oldest' });
  const ids = [...new Set(items.map(({ workflowId }) => workflowId))];
  const message = `${count} of ${ids.join(', ')} wait as definition-changed: register the version they began with, or accept the new one`;
  return [{ component: 'instances', message }];
}

/** Workflows that were active in the last 24 hours, or have one of the oldest open instances, and that no node can run. */
async function unregistered({ store, metrics }: RunningNode): Promise<HealthDetail[]> {
  const [nodes, oldest] = await Promise.all([
    store.nodes(),
    store.list({ status: OPEN_STATUSES }, { limit: OLDEST, order: 'oldest' }),
  ]);
  const seen = new Set([...metrics.workflowIds, ...oldest.items.map(({ workflowId }) => workflowId)]);
  const details: HealthDetail[] = [];
  for (const workflowId of withoutNode(seen, nodes)) {
    const { nameSpace, name, version } = parseWorkflowId(workflowId);
    const count = await openCount(store, { nameSpace, name, version });
    if (count === 0) continue;
    details.push({
      component: 'instances',
      message: `${count} of ${workflowId} wait as unregistered: no node has it`,
    });
  }
  return details;
}

async function unreadable({ store }: RunningNode): Promise<HealthDetail[]> {
  const { waiting } = await store.countByStatus({ status: ['waiting'], statusReason: UNREADABLE });
  if (waiting === 0) return [];
  const message = `${waiting} wait as unreadable: the payload codec lacks their key, or they are damaged; the log names them`;
  return [{ component: 'instances', message }];
}

function withoutNode(workflowIds: Iterable<string>, nodes: readonly NodeRecord[]): string[] {
  const alive = nodes.filter(({ state, provenGone }) => state === 'alive' && !provenGone);
  const registered = new Set(alive.flatMap((node) => node.workflowIds));
  return [...workflowIds].filter((workflowId) => !registered.has(workflowId));
}

async function openCount(store: Store, filter: InstanceFilter): Promise<number> {
  const counts = await store.countByStatus({ ...filter, status: OPEN_STATUSES });
  return OPEN_STATUSES.reduce((sum, status) => sum + counts[status], 0);
}
