import type { StepBodyClass } from '@workflow-runner/engine';
import { ExecutionResult, type StepBody, type StepContext } from '@workflow-runner/runner';

/**
 * What runs instead of a step's body. A class is made anew for each execution. A function is handed a step with its
 * inputs, and writes its outputs on it; where it returns no `ExecutionResult` the step is done.
 */
export type StepFake<TStep extends StepBody> =
  StepBodyClass | ((step: TStep, context: StepContext) => unknown);

type FakeRun = (step: StepBody, context: StepContext) => unknown;

/** Fakes by the class they stand for, over all processes of a kit. */
export class StepOverrides {
  private readonly fakes = new Map<unknown, StepFake<StepBody>>();

  set(step: StepBodyClass, fake: StepFake<StepBody>): void {
    this.fakes.set(step, fake);
  }

  clear(step: StepBodyClass): void {
    this.fakes.delete(step);
  }

  /** The class whose bodies run where `body` is asked for. */
  classFor(body: new () => StepBody): new () => StepBody {
    const fake = this.fakes.get(body);
    if (fake === undefined) return body;
    return isClass(fake) ? (fake as new () => StepBody) : faked(body, fake as FakeRun);
  }
}

function isClass(fake: StepFake<StepBody>): boolean {
  const { prototype } = fake as { prototype?: { run?: unknown } };
  return typeof prototype?.run === 'function';
}

/** A class with the methods of the original, whose constructor may need what is not there. */
function faked(original: new () => StepBody, run: FakeRun): new () => StepBody {
  function Faked(): void {}
  Faked.prototype = Object.create(original.prototype as object, {
    run: {
      value: async function (this: StepBody, context: StepContext): Promise<ExecutionResult> {
        const result = await run(this, context);
        return isResult(result) ? result : ExecutionResult.next();
      },
    },
  }) as object;
  return Faked as unknown as new () => StepBody;
}

function isResult(value: unknown): value is ExecutionResult {
  return typeof value === 'object' && value !== null && 'proceed' in value;
}
