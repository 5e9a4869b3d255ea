import {
  IdempotencyConflictError,
  isEnded,
  type InstanceRecord,
  type Logger,
} from '@workflow-runner/contract';
import type { CompiledDefinition, Operations } from '@workflow-runner/engine';
import type { RunningNode } from './running-node.js';

/** What was done at the start of a runner for one workflow with `autoStart`. */
export interface AutoStartReport {
  /** Full id of the workflow. */
  readonly workflowId: string;
  /** `started`: a new instance; `alive`: an earlier one has not ended; `done`: it was started once, as asked. */
  readonly outcome: 'started' | 'alive' | 'done' | 'failed';
  readonly instanceId: string | null;
  /** Only of a failed one. */
  readonly error?: Error;
}

const PAGE = 500;

/**
 * Starts the workflows with `autoStart`, each with its `props` as data.
 *
 * An instance's idempotency key names the one before it, so of several processes that start at the same moment one
 * makes the instance and the others find it. An instance that has ended makes room for the next. For `once` the
 * store remembers for good, longer than instances and keys are kept, that it was done.
 */
export async function autoStart(
  node: Pick<RunningNode, 'store' | 'operations'>,
  definitions: readonly CompiledDefinition[],
  logger: Logger,
): Promise<AutoStartReport[]> {
  const reports: AutoStartReport[] = [];
  for (const definition of definitions) {
    if (definition.autoStart === 'never') continue;
    const report = await startOne(node, definition).catch((cause: unknown) => failed(definition, cause));
    reports.push(report);
    const { workflowId, outcome, instanceId, error } = report;
    if (error) logger.error('autostart.failed', { workflowId, error: error.message });
    else logger.info('autostart', { workflowId, outcome, instanceId });
  }
  return reports;
}

function startOne(
  node: Pick<RunningNode, 'store' | 'operations'>,
  definition: CompiledDefinition,
): Promise<AutoStartReport> {
  return definition.autoStart === 'once' ? startOnce(node, definition) : startNext(node, definition);
}

async function startOnce(
  { store, operations }: Pick<RunningNode, 'store' | 'operations'>,
  definition: CompiledDefinition,
): Promise<AutoStartReport> {
  const { workflowId } = definition;
  const mark = `autostart:${workflowId}`;
  if ((await store.cursor(mark)) > 0) return { workflowId, outcome: 'done', instanceId: null };
  const { created, instanceId } = await start(operations, definition, `autostart:${definition.version}:once`);
  await store.saveCursor(mark, 1);
  return { workflowId, outcome: created ? 'started' : 'done', instanceId };
}

async function startNext(
  { store, operations }: Pick<RunningNode, 'store' | 'operations'>,
  definition: CompiledDefinition,
): Promise<AutoStartReport> {
  const { workflowId, version } = definition;
  const newest = await newestOf(store, definition);
  if (newest && !isEnded(newest.status)) return { workflowId, outcome: 'alive', instanceId: newest.id };
  let before = newest?.id ?? 'none';
  for (;;) {
    const { created, instanceId } = await start(
      operations,
      definition,
      `autostart:${version}:after:${before}`,
    );
    if (created) return { workflowId, outcome: 'started', instanceId };
    const earlier = await operations.get(instanceId);
    if (earlier && !isEnded(earlier.record.status)) return { workflowId, outcome: 'alive', instanceId };
    before = instanceId;
  }
}

/** The last instance that was started by itself; null: none is stored. */
async function newestOf(
  store: RunningNode['store'],
  { nameSpace, name, version }: CompiledDefinition,
): Promise<InstanceRecord | null> {
  let cursor: string | undefined;
  do {
    const page = await store.list(
      { nameSpace, name, version },
      { limit: PAGE, order: 'newest', ...(cursor !== undefined && { cursor }) },
    );
    const found = page.items.find(({ origin }) => origin.kind === 'autostart');
    if (found) return found;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return null;
}

async function start(
  operations: Operations,
  { workflowId, props: data }: CompiledDefinition,
  idempotencyKey: string,
): Promise<{ created: boolean; instanceId: string }> {
  const origin = { kind: 'autostart' as const };
  const [verdict] = await operations.start([{ workflowId, data, idempotencyKey, origin }]);
  if (verdict && 'instanceId' in verdict)
    return { created: !verdict.repeated, instanceId: verdict.instanceId };
  const error = verdict?.error;
  // The props of two versions of the program may differ: what counts is that it was started.
  if (error instanceof IdempotencyConflictError) return { created: false, instanceId: error.instanceId };
  throw error;
}

function failed({ workflowId }: CompiledDefinition, cause: unknown): AutoStartReport {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return { workflowId, outcome: 'failed', instanceId: null, error };
}
