import type { ClaimRequest, ControlAction, InstanceRecord } from '@workflow-runner/contract';

/** Wishes that start nothing: a pause, and those that end. */
export const NEED_NO_SLOT: readonly ControlAction[] = ['pause', 'cancel', 'terminate', 'discard'];
/** For stores that decide by a query. */
export const NEED_NO_SLOT_SQL = NEED_NO_SLOT.map((action) => `'${action}'`).join(', ');

/** Whose slots an instance takes: those of its workflow, whatever the version. */
export function slotOf({ nameSpace, name }: { readonly nameSpace: string; readonly name: string }): string {
  return `${nameSpace}.${name}`;
}

/** Whether an instance that a node claims now may start steps of its own, so that it counts for the limit. */
export function needsSlot(
  { control, status, overdueAt }: Pick<InstanceRecord, 'control' | 'status' | 'overdueAt'>,
  ending: boolean,
  now: number,
): boolean {
  if (ending || (control !== null && NEED_NO_SLOT.includes(control.action))) return false;
  return status === 'failed' || overdueAt === null || overdueAt > now;
}

/** How an instance stands while it queues: paused and failed ones show what they are. */
export function queuedAs<T extends Pick<InstanceRecord, 'status' | 'statusReason'>>(record: T) {
  const { status, statusReason } = record;
  if (status === 'paused' || status === 'failed') return { status, statusReason };
  return { status: 'pending', statusReason: 'slot' } as const;
}

/** What a claim says of limits. */
export class ClaimLimits {
  private readonly limits: ReadonlyMap<string, number>;
  private known: ReadonlySet<string> | null = null;

  constructor(private readonly request: ClaimRequest) {
    this.limits = new Map((request.limits ?? []).map((one) => [slotOf(one), one.limit]));
  }

  /** How many may hold one; null: it has no limit here. */
  of(slot: string): number | null {
    return this.limits.get(slot) ?? null;
  }

  /** Those of the node's workflows that have no limit. */
  get unlimited(): readonly string[] {
    const { workflowIds } = this.request;
    return this.limits.size === 0 ? workflowIds : workflowIds.filter((id) => !this.limits.has(slotOfId(id)));
  }

  /** Slots whose queue is this node's to serve: it knows the limit, or that there is none. */
  get slots(): ReadonlySet<string> {
    this.known ??= new Set([...this.limits.keys(), ...this.request.workflowIds.map(slotOfId)]);
    return this.known;
  }

  knows(slot: string): boolean {
    return this.slots.has(slot);
  }
}

function slotOfId(workflowId: string): string {
  return workflowId.slice(0, workflowId.lastIndexOf('@'));
}
