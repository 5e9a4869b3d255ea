import type { ExecutionResult } from 'workflow-es';
import { Delay, Foreach, If, Schedule, Sequence, WaitFor, While } from '../authoring/primitives.js';
import { NOW_EFFECTIVE } from '../authoring/now-effective.js';
import type { CompiledStep } from '../definition/compiled-definition.js';
import type { Pointer } from '../state/pointer.js';
import type { Draft } from './draft.js';
import { successorsOf } from './outcomes.js';

/** What a step body asked for; the fields of workflow-es's ExecutionResult. */
export type StepResult = Pick<
  ExecutionResult,
  'proceed' | 'outcomeValue' | 'persistenceData' | 'branchValues'
> & {
  readonly sleep: Date | null;
  readonly eventName: string | null;
  readonly eventKey: unknown;
  /** Null: from the moment the wait starts. */
  readonly eventAsOf: Date | null;
};

const NOTHING: StepResult = {
  proceed: false,
  outcomeValue: null,
  persistenceData: null,
  branchValues: [],
  sleep: null,
  eventName: null,
  eventKey: null,
  eventAsOf: null,
};
const NEXT: StepResult = { ...NOTHING, proceed: true };
/** What workflow-es takes where an author's effective date is null: every stored event counts. */
const LONG_AGO = new Date(Date.UTC(2000, 1, 1));
const OPENED = { childrenActive: true };

type Primitive = (body: object, pointer: Pointer, now: number) => StepResult;

/**
 * What workflow-es's own primitives do, as decisions: its `run` methods read the wall clock and scan the pointers
 * of all children, which here are known to have ended. Subclasses of a primitive run their own `run`.
 */
const PRIMITIVES = new Map<unknown, Primitive>([
  [
    Delay,
    (body, pointer, now) => (pointer.persistenceData ? NEXT : asleep(now + lengthOf(body as Delay), true)),
  ],
  [Foreach, (body, pointer) => (pointer.persistenceData ? NEXT : opened((body as Foreach).collection))],
  [If, (body, pointer) => (pointer.persistenceData || !(body as If).condition ? NEXT : opened([null]))],
  [While, (body) => ((body as While).condition ? opened([null]) : NEXT)],
  [Sequence, (_body, pointer) => (pointer.persistenceData ? NEXT : opened([null]))],
  [Schedule, schedule],
  [WaitFor, waitFor],
]);

export function primitiveOf(step: CompiledStep): Primitive | undefined {
  return PRIMITIVES.get(step.model.body);
}

export function isForeach(step: CompiledStep): boolean {
  return step.model.body === Foreach;
}

/**
 * For a container all of whose children have ended: the steps behind it when it needs no further execution, else
 * null. Saves a commit for each container and each turn of a loop.
 */
export function closeNatively(draft: Draft, container: Pointer): readonly number[] | null {
  const step = draft.stepOf(container);
  if (!PRIMITIVES.has(step.model.body) || !step.usesPlainHooks) return null;
  if (step.model.body === While) {
    container.persistenceData = null;
    return null;
  }
  if (step.model.outputs.length > 0) return null;
  try {
    return successorsOf(step, draft.state.data, null);
  } catch {
    return null; // An edge's value function failed: its execution will say so as a failure of the step.
  }
}

function opened(values: unknown): StepResult {
  if (!Array.isArray(values)) throw new TypeError('The collection of a foreach is not an array');
  return { ...NOTHING, persistenceData: OPENED, branchValues: values as unknown[] };
}

function asleep(until: number, persistenceData: unknown): StepResult {
  return { ...NOTHING, sleep: new Date(until), persistenceData };
}

function lengthOf(body: Delay): number {
  const length = Number(body.milliseconds);
  if (!Number.isFinite(length))
    throw new TypeError(`A delay of ${String(body.milliseconds)} ms is no length`);
  return Math.max(0, length);
}

function schedule(body: object, pointer: Pointer, now: number): StepResult {
  const data = pointer.persistenceData as { elapsed?: boolean } | null;
  if (!data) return asleep(now + Number((body as Schedule).interval), { elapsed: false });
  return data.elapsed ? NEXT : { ...opened([null]), persistenceData: { elapsed: true } };
}

function waitFor(body: object, pointer: Pointer): StepResult {
  const wait = body as WaitFor;
  if (pointer.eventPublished) {
    wait.eventData = pointer.eventData;
    return NEXT;
  }
  const { effectiveDate } = wait;
  const eventAsOf = effectiveDate === NOW_EFFECTIVE ? null : (effectiveDate ?? LONG_AGO);
  return { ...NOTHING, eventName: wait.eventName, eventKey: wait.eventKey, eventAsOf };
}
