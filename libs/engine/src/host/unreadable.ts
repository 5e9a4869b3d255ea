import type {
  Commit,
  ControlAction,
  ControlMark,
  InstanceRecord,
  NodeIdentity,
  PayloadUnreadableError,
  Store,
} from '@workflow-runner/contract';
import { factsOfMark } from '../decide/control-facts.js';
import { messageOf } from './message-of.js';
import type { HostServices } from './services.js';

/** Status reason of instances whose payloads cannot be read. */
export const UNREADABLE = 'unreadable';
/** How long such an instance is left alone before it is tried again, in ms. */
export const UNREADABLE_PAUSE_MS = 30_000;

/** Instances remembered as told of. */
const MOST_TOLD = 10_000;
const PAGE = 100;

/** Wishes that can be granted although nobody knows the state. */
const NEED_NO_STATE: readonly ControlAction[] = ['terminate', 'discard'];

/**
 * Claimed instances whose payloads cannot be read: the key is missing, or they are damaged. Each is left as it is and
 * tried again after a while, so that it goes on by itself once the key is there, and nobody else waits for it.
 */
export class Unreadable {
  private readonly told = new Set<string>();

  constructor(private readonly services: Pick<HostServices, 'store' | 'logger'>) {}

  /**
   * Gives it back for a later moment; a wish that needs nothing of the state is granted at once.
   * @returns when it is to be tried again, epoch ms; null: never
   */
  async putOff(
    node: NodeIdentity,
    record: InstanceRecord,
    error: PayloadUnreadableError,
  ): Promise<number | null> {
    this.tell(record, error);
    const { store } = this.services;
    if (record.control && NEED_NO_STATE.includes(record.control.action)) {
      await store.commit(termination(record, node, record.control));
      return null;
    }
    const wakeAt = store.now() + UNREADABLE_PAUSE_MS;
    await store.release(node, record.id, record.fence, { wakeAt, statusReason: UNREADABLE });
    return wakeAt;
  }

  /** Once as an error, so that the next tries do not flood the log. */
  private tell({ id: instanceId, workflowId }: InstanceRecord, error: PayloadUnreadableError): void {
    const { logger } = this.services;
    const line = { instanceId, workflowId, error: error.message, cause: messageOf(error.cause) };
    if (this.told.has(instanceId)) return logger.debug('instance.unreadable', line);
    if (this.told.size >= MOST_TOLD) this.told.clear();
    this.told.add(instanceId);
    logger.error('instance.unreadable', line);
  }
}

/** Ends an instance whose state nobody knows, and leaves that state as it is. */
function termination(record: InstanceRecord, owner: NodeIdentity, mark: ControlMark): Commit {
  const { id: instanceId, tenantId, workflowId, fence, revision, failure } = record;
  return {
    ...{ instanceId, tenantId, workflowId, owner, fence },
    revision: revision + 1,
    entry: { kind: 'control', attempt: null, control: factsOfMark(mark), change: '', tell: ['cancelled'] },
    subscribe: [],
    unsubscribe: [],
    consumed: [],
    honoured: mark.at,
    snapshot: null,
    rest: { status: 'cancelled', statusReason: mark.reason, wakeAt: null, overdueAt: null, failure },
    columns: null,
  };
}

export interface LookAtUnreadableParts {
  readonly store: Store;
  /** Takes instances on, due or not. */
  readonly claim: (instanceIds: readonly string[]) => Promise<void>;
  /** Instances that may be taken on now. */
  readonly freeLanes: () => number;
}

/** After a start, perhaps with other keys: tries them all at once, as far as there are lanes; the others come by themselves. */
export async function lookAtUnreadable({ store, claim, freeLanes }: LookAtUnreadableParts): Promise<void> {
  let cursor: string | null = null;
  do {
    const limit = Math.min(PAGE, freeLanes());
    if (limit <= 0) return;
    const page = await store.list(
      { status: ['waiting'], statusReason: UNREADABLE },
      { limit, order: 'oldest', ...(cursor === null ? {} : { cursor }) },
    );
    await claim(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
}
