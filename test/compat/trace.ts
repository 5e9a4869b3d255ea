import {
  ExecutionResult,
  StepBody,
  type PlainWorkflow,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/engine';

export function workflow<TData = Record<string, unknown>>(
  id: string,
  build: (builder: WorkflowBuilder<TData>) => unknown,
  version: number | string = 1,
): PlainWorkflow {
  return { id, version, build: build };
}

type Run = (context: Context) => unknown;

/** The step context with the data of the instance as a plain record. */
export interface Context extends Omit<StepContext, 'workflow'> {
  readonly workflow: Omit<StepContext['workflow'], 'data'> & { data: Record<string, unknown> };
}

/** Makes step bodies that leave a mark when they run. */
export class Trace {
  readonly marks: string[] = [];

  /** A body that marks `name`, inside of a foreach `name(item)`, and then does what `run` says; default: proceeds. */
  step(name: string, run: Run = () => undefined): new () => StepBody {
    const { marks } = this;
    const bodies = {
      [name]: class extends StepBody {
        override async run(context: StepContext): Promise<ExecutionResult> {
          marks.push(context.item == null ? name : `${name}(${String(context.item)})`);
          const result: unknown = await run(context);
          return isResult(result) ? result : ExecutionResult.next();
        }
      },
    };
    return bodies[name]!;
  }

  /** A body that marks and throws; default: an error that is not tried again. */
  failing(name: string, ...thrown: [error?: unknown]): new () => StepBody {
    const error: unknown = thrown.length > 0 ? thrown[0] : permanent(`${name} failed`);
    return this.step(name, () => {
      throw error;
    });
  }
}

/** An error that the policy does not try again. */
export function permanent(message: string): Error {
  return Object.assign(new Error(message), { retryable: false });
}

function isResult(value: unknown): value is ExecutionResult {
  return typeof value === 'object' && value !== null && 'proceed' in value;
}

/** A promise to be kept from outside: lets a test hold a step for as long as it likes. */
export class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
