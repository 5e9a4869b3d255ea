import type { AttemptFacts } from '@workflow-runner/contract';
import { applyFailure } from '../decide/apply-failure.js';
import { applyResult } from '../decide/apply-result.js';
import type { Draft } from '../decide/draft.js';
import { isAsleep } from '../decide/rest.js';
import { PointerStatus, WorkflowExecutorResult } from '../authoring/workflow-es.js';
import { applyDirective } from './apply-directive.js';
import { attemptFailure, factsOf } from './attempt.js';
import type { Execution, Settlement } from './execution.js';
import type { InstanceRunner } from './instance-runner.js';
import { settleSharedData } from './shared-data.js';

/**
 * Turns the end of one execution into changes of the draft: output mappers, the data, then what the body asked
 * for, or what its failure means. What cannot be stored is a failure of the steps that may have written it.
 */
export function decideSettlement(
  runner: InstanceRunner,
  draft: Draft,
  execution: Execution,
  settlement: Settlement,
): AttemptFacts {
  const facts =
    settlement.kind === 'error'
      ? fail(runner, draft, execution, settlement.error)
      : accept(runner, draft, execution, settlement);
  if (runner.definition.hasHooks) runAfterHooks(runner, draft);
  return facts;
}

function accept(
  runner: InstanceRunner,
  draft: Draft,
  execution: Execution,
  settlement: Exclude<Settlement, { kind: 'error' }>,
): AttemptFacts {
  const { pointer } = execution;
  try {
    if (execution.dropped) throw execution.dropped;
    if (settlement.kind === 'directive') {
      return factsOf(execution, draft.now, applyDirective(draft, pointer, settlement.directive), null, null);
    }
    mapOutputs(runner, execution, settlement);
    const unstorable = settleSharedData(runner);
    if (unstorable) throw unstorable;
    const { outputBytes } = runner.services.options.limits;
    const { status, outcome } = applyResult(draft, pointer, settlement.result, outputBytes);
    return factsOf(execution, draft.now, status, outcome, null);
  } catch (error) {
    return fail(runner, draft, execution, error);
  }
}

function mapOutputs(
  runner: InstanceRunner,
  { context, step, pointer }: Execution,
  { body, result }: Extract<Settlement, { kind: 'result' }>,
): void {
  if (result.proceed || runner.services.options.legacyOutputs) {
    for (const map of step.model.outputs as OutputMapper[]) map(body, runner.state.data, context);
  }
  if (!step.usesPlainHooks)
    step.model.afterExecute(new WorkflowExecutorResult(), context, result as never, pointer as never);
}

type OutputMapper = (body: unknown, data: unknown, context: unknown) => void;

function fail(runner: InstanceRunner, draft: Draft, execution: Execution, error: unknown): AttemptFacts {
  settleSharedData(runner);
  const failure = attemptFailure(runner, execution.step, execution.pointer, error);
  const status = applyFailure(draft, execution.pointer, failure);
  return factsOf(execution, draft.now, status, null, failure);
}

/** Custom step classes may look, after each execution, at their pointers that have not ended. */
function runAfterHooks(runner: InstanceRunner, draft: Draft): void {
  for (const pointer of [...runner.state.pointers.values()]) {
    const step = runner.definition.step(pointer.stepId);
    if (!step || step.usesPlainHooks || !pointer.isOpen) continue;
    const wasActive = pointer.active;
    step.model.afterWorkflowIteration(
      new WorkflowExecutorResult(),
      runner.definition.model,
      runner.view,
      pointer as never,
    );
    draft.touch(pointer);
    if (wasActive || !pointer.active || !isAsleep(pointer.status)) continue;
    draft.dropSubscription(pointer);
    pointer.status = PointerStatus.Pending;
    draft.ready(pointer);
  }
}
