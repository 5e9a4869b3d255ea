import { StepAbortedError, StepTimedOutError } from '@workflow-runner/contract';
import {
  ExecutionPipelineDirective,
  WorkflowExecutorResult,
  type StepBody,
} from '../authoring/workflow-es.js';
import { primitiveOf, type StepResult } from '../decide/primitives.js';
import type { CompiledStep } from '../definition/compiled-definition.js';
import type { Pointer } from '../state/pointer.js';
import { EngineStepContext } from './engine-step-context.js';
import { runHook, type HookResult } from './hooks.js';
import type { InstanceRunner } from './instance-runner.js';
import { encodeInput } from './encode-input.js';
import type { Watched } from './watch.js';

/** How one execution ended. */
export type Settlement =
  | { readonly kind: 'result'; readonly body: StepBody; readonly result: StepResult }
  | { readonly kind: 'directive'; readonly directive: HookResult }
  | { readonly kind: 'error'; readonly error: unknown };

/**
 * One execution of one step body. It settles exactly once: with what the body says, or, after an abort or timeout
 * and its grace, without it; whatever a body says later is dropped.
 */
export class Execution implements Watched {
  readonly context: EngineStepContext;
  readonly startedAt: number;
  /** Since when the pointer had been ready. */
  readonly queuedAt: number;
  input: string | null = null;
  /** Why it was told to stop; its own result then counts only where it proceeds. */
  abortedFor: string | null = null;

  /** Its changes of the data were dropped while it ran: however it ends, it fails with this. */
  dropped: Error | null = null;

  private controller: AbortController | null = null;
  private settled = false;
  expiresAt = Infinity;
  watchedBefore: Watched | null = null;
  watchedAfter: Watched | null = null;
  private timeoutMs: number | null = null;
  private timedOut = false;

  constructor(
    readonly runner: InstanceRunner,
    readonly pointer: Pointer,
    readonly step: CompiledStep,
    startedAt: number,
  ) {
    this.startedAt = startedAt;
    this.queuedAt = pointer.readyAt;
    this.context = new EngineStepContext(this);
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.abortedFor !== null && !this.controller.signal.aborted) this.abortController();
    return this.controller.signal;
  }

  /** Starts the body; never throws. */
  start(): void {
    const { unwritable } = this.runner.services;
    const key = this.context.idempotencyKey;
    if (unwritable.size > 0 && unwritable.has(key)) {
      const error = unwritable.get(key);
      unwritable.delete(key);
      return this.settle({ kind: 'error', error });
    }
    try {
      const body = this.runner.services.activator.create(this.step.model.body, this.context);
      if (body instanceof Promise) {
        this.watchTimeout();
        body.then(
          (made) => this.surrounded(made),
          (error: unknown) => this.fail(error),
        );
      } else this.surrounded(body);
    } catch (error) {
      this.fail(error);
    }
  }

  private surrounded(body: StepBody): void {
    const { activator } = this.runner.services;
    if (activator.run) activator.run(this.context, () => this.run(body));
    else this.run(body);
  }

  private run(body: StepBody): void {
    if (this.settled) return;
    try {
      if (!this.step.usesPlainHooks && this.deferredBy('initForExecution', body)) return;
      const { data } = this.runner.state;
      for (const map of this.step.model.inputs as Mapper[]) map(body, data, this.context);
      if (this.step.hasInputs) this.input = encodeInput(body);
      if (!this.step.usesPlainHooks && this.deferredBy('beforeExecute', body)) return;
      const primitive = primitiveOf(this.step);
      if (primitive) {
        const { pointer } = this;
        return this.settle({
          kind: 'result',
          body,
          result: primitive(body, pointer, this.runner.services.store.now()),
        });
      }
      if (this.expiresAt === Infinity) this.watchTimeout();
      const promise = body.run(this.context);
      Promise.resolve(promise).then(
        (result) => this.settleWith(body, result),
        (error: unknown) => this.fail(error),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  private settleWith(body: StepBody, result: unknown): void {
    if (this.timedOut) return this.settle({ kind: 'error', error: this.timeoutError() });
    if (typeof result !== 'object' || result === null || !('proceed' in result)) {
      return this.fail(new TypeError(`Step ${this.step.name} returned no ExecutionResult`));
    }
    this.settle({ kind: 'result', body, result: result as StepResult });
  }

  private fail(error: unknown): void {
    if (this.timedOut) return this.settle({ kind: 'error', error: this.timeoutError() });
    if (this.abortedFor !== null)
      return this.settle({ kind: 'error', error: new StepAbortedError(this.abortedFor) });
    this.settle({
      kind: 'error',
      error: error ?? new Error(`Step ${this.step.name} threw ${String(error)}`),
    });
  }

  /** Runs one of the step class's own hooks. @returns true when it took the execution over */
  private deferredBy(hook: 'initForExecution' | 'beforeExecute', body: StepBody): boolean {
    const directive = runHook(hook, this, new WorkflowExecutorResult(), body);
    if (directive.directive === ExecutionPipelineDirective.Next) return false;
    this.settle({ kind: 'directive', directive });
    return true;
  }

  // Time and abort ------------------------------------------------------------------------------------

  private watchTimeout(): void {
    const { policy, clock, watch } = this.runner.services;
    const { id, name } = this.step;
    this.timeoutMs = policy.timeoutMs(this.runner.record.workflowId, id, name, this.context.attempt);
    if (this.timeoutMs === null) return;
    this.expiresAt = clock.monotonic() + this.timeoutMs;
    watch.add(this);
  }

  heartbeat(progress?: unknown): void {
    if (this.settled || this.timedOut || this.abortedFor !== null) return;
    if (this.timeoutMs !== null) this.expiresAt = this.runner.services.clock.monotonic() + this.timeoutMs;
    if (progress === undefined) return;
    const { logger } = this.runner.services;
    logger.debug('step.heartbeat', { instanceId: this.runner.id, step: this.step.name, progress });
  }

  /** Called by the watch when its time is over: first the timeout, then the grace. */
  expire(): void {
    if (this.settled) return;
    if (this.timedOut || this.abortedFor !== null) return this.fail(null);
    this.timedOut = true;
    this.abortController();
    this.grantGrace();
  }

  /** Tells the body to stop. It is waited for; after the grace it is left behind. */
  abort(reason: string): void {
    if (this.settled || this.abortedFor !== null) return;
    this.abortedFor = reason;
    this.abortController();
    this.grantGrace();
  }

  /** Its result is of no use to anybody any more. */
  abandon(reason: string): void {
    this.abort(reason);
    this.settled = true;
    this.runner.services.watch.delete(this);
  }

  private grantGrace(): void {
    const { clock, watch, options } = this.runner.services;
    this.expiresAt = clock.monotonic() + options.graceMs;
    watch.add(this);
  }

  private abortController(): void {
    this.controller?.abort(this.timedOut ? this.timeoutError() : new StepAbortedError(this.abortedFor ?? ''));
  }

  private timeoutError(): StepTimedOutError {
    return new StepTimedOutError(this.step.name, this.timeoutMs ?? 0);
  }

  private settle(settlement: Settlement): void {
    if (this.settled) return;
    this.settled = true;
    this.runner.services.watch.delete(this);
    this.runner.onSettled(this, settlement);
  }
}

type Mapper = (step: StepBody, data: unknown, context: EngineStepContext) => void;
