import type { InlineRun } from './expressions.js';
import { InlineStepBody, type StepExecutionContext } from './workflow-es.js';

const inlineBodies = new WeakSet<object>();

/** A step body class around a function. It is made with plain `new`, without arguments. */
export function inlineBody(run: InlineRun): new () => InlineStepBody {
  const body = class extends InlineStepBody {
    constructor() {
      super(run as (context: StepExecutionContext) => ReturnType<InlineRun>);
    }
  };
  inlineBodies.add(body);
  return body;
}

/** Whether a body class came from `thenRun`, so that its class name says nothing. */
export function isInlineBody(body: object): boolean {
  return inlineBodies.has(body);
}
