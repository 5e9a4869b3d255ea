import { type AttemptFacts, type AttemptStatus, WorkflowError } from '@workflow-runner/contract';
import type { AttemptFailure } from '../decide/apply-failure.js';
import type { CompiledStep } from '../definition/compiled-definition.js';
import type { Pointer } from '../state/pointer.js';
import type { Execution } from './execution.js';
import type { InstanceRunner } from './instance-runner.js';

/** What a row may hold of an error's message, in characters. */
const LONGEST_MESSAGE = 2_000;

/** A thrown value as facts; anything can be thrown, null too. */
export function attemptFailure(
  runner: Pick<InstanceRunner, 'services' | 'definition'>,
  step: CompiledStep,
  pointer: Pointer,
  error: unknown,
): AttemptFailure {
  const { policy } = runner.services;
  const attempt = pointer.retryCount + 1;
  return {
    message: messageOf(error).slice(0, LONGEST_MESSAGE),
    code: codeOf(error),
    category: policy.classify(error),
    policy: () =>
      policy.decide({
        workflowId: runner.definition.workflowId,
        stepId: step.id,
        stepName: step.name,
        attempt,
        error,
      }),
  };
}

export function factsOf(
  execution: Execution,
  endedAt: number,
  status: AttemptStatus,
  outcome: string | null,
  failure: AttemptFailure | null,
): AttemptFacts {
  const { pointer, step } = execution;
  return {
    pointerId: pointer.id,
    stepId: step.id,
    stepName: step.name,
    attempt: execution.context.attempt,
    status,
    queuedAt: execution.queuedAt,
    startedAt: execution.startedAt,
    endedAt,
    input: execution.input,
    outcome,
    errorCategory: failure?.category ?? null,
    errorCode: failure?.code ?? null,
    errorMessage: failure?.message ?? null,
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return String(error.message) || error.name;
  if (typeof error === 'string') return error;
  try {
    return `${JSON.stringify(error) ?? String(error)} was thrown`;
  } catch {
    return 'something that is no error was thrown';
  }
}

function codeOf(error: unknown): string | null {
  if (error instanceof WorkflowError) return error.code;
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code.slice(0, 100) : null;
}
