import { ExecutionResult, StepBody } from '@workflow-runner/engine';
import type { StepContext, StepExecutionContext } from '@workflow-runner/engine';
import { countsOf, itemOf, noteOpened, pathOf, type Data, type Place } from './place.js';
import type { Fault, Step, Undo, Wait } from './program.js';
import type { Role, World } from './world.js';

/** The process a workflow's bodies run in. */
export interface Workplace {
  readonly world: World;
  readonly isDead: boolean;
  /** Resolves after a length of virtual time; rejects when the signal fires. A dead process never goes on. */
  work(workMs: number, signal: AbortSignal | null): Promise<void>;
}

export type BodyClass = new () => StepBody;

/** Bodies tell their output mapper where they were run. */
export abstract class PlacedBody extends StepBody {
  path = '';
}

export type PathOf = (data: Data, context: StepContext) => string;

/** The body of a step. */
export function doing(workplace: Workplace, node: Step, place: Place): BodyClass {
  const fail = (data: Data, context: StepContext, path: string): void =>
    failAs(node.fault, context.attempt, `do ${path}`, workplace.world, (saga) => {
      const index = place.counters.findIndex(({ label }) => label === saga);
      return countsOf(place.counters, data, itemOf(context))[index]!;
    });
  return class Doing extends PlacedBody {
    override async run(given: StepExecutionContext): Promise<ExecutionResult> {
      const context = given as StepContext;
      const data = context.workflow.data as Data;
      this.path = pathOf(node.label, place, data, context);
      if (place.opens) noteOpened(workplace.world, place, data, context);
      return perform(workplace, node, context, this.path, 'do', () => fail(data, context, this.path));
    }
  };
}

/** The body of a compensation; `path` is asked where its step has never run. */
export function undoing(workplace: Workplace, undo: Undo, path: PathOf): BodyClass {
  return class Undoing extends PlacedBody {
    override async run(given: StepExecutionContext): Promise<ExecutionResult> {
      const context = given as StepContext;
      const { world } = workplace;
      // A step may be undone long after the loop around it went on: its pointer tells where it stood.
      const known = world.placeOf(context.pointer.predecessorId);
      this.path = known?.path ?? path(context.workflow.data as Data, context);
      const work = { ...undo, heedsAbort: true };
      return perform(workplace, work, context, this.path, 'undo', () => {
        failAs(undo.fault, context.attempt, `undo ${this.path}`, world, () => 0);
      });
    }
  };
}

/** The body of a step that asks for what is waited for. */
export function asking(workplace: Workplace, node: Wait, place: Place): BodyClass {
  const work = { workMs: 0, heedsAbort: false };
  return class Asking extends PlacedBody {
    override async run(given: StepExecutionContext): Promise<ExecutionResult> {
      const context = given as StepContext;
      const data = context.workflow.data as Data;
      this.path = pathOf(`${node.label}.ask`, place, data, context);
      const key = pathOf(node.label, place, data, context);
      if (!workplace.isDead) workplace.world.ask(key, node, context.pointer.id);
      return perform(workplace, work, context, this.path, 'do', () => undefined);
    }
  };
}

async function perform(
  workplace: Workplace,
  work: { readonly workMs: number; readonly heedsAbort: boolean },
  context: StepContext,
  path: string,
  role: Role,
  fail: () => void,
): Promise<ExecutionResult> {
  if (workplace.isDead) return new Promise(() => undefined);
  const { world } = workplace;
  const visit = world.enter({
    path,
    role,
    pointerId: context.pointer.id,
    item: itemOf(context),
    attempt: context.attempt,
    local: Number(context.local.count ?? 0),
  });
  try {
    await workplace.work(work.workMs, work.heedsAbort ? context.signal : null);
    fail();
    return await ExecutionResult.next();
  } finally {
    world.leave(visit);
  }
}

function failAs(
  fault: Fault,
  attempt: number,
  name: string,
  world: World,
  roundOf: (saga: string) => number,
): void {
  if ((fault.kind === 'flaky' || fault.kind === 'stubborn') && attempt <= fault.times) {
    throw new Error(`attempt ${attempt} of ${name}`);
  }
  if (fault.kind === 'rounds' && roundOf(fault.saga) <= fault.times) throw new Error(`a round of ${name}`);
  if (fault.kind === 'broken') world.useBroken(name);
}
