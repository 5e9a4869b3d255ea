import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '@workflow-runner/contract';
import type { StepContext } from '@workflow-runner/engine';

/** On whose behalf code runs: what calls of a runner take where their options say nothing. */
export interface WorkflowScope {
  /** Starts and events belong to it, and instances of other tenants are unknown; null: any tenant. */
  readonly tenantId?: string | null;
  readonly correlationId?: string | null;
  readonly caller?: Caller;
  /** The step whose code this is, where a container runs it. */
  readonly step?: StepContext;
}

const scopes = new AsyncLocalStorage<WorkflowScope>();

/** Runs `work`, and all it waits for, in a scope. The scope around it is left, not mixed in. */
export function runInScope<T>(scope: WorkflowScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** The scope this code runs in; empty outside of one. */
export function currentScope(): WorkflowScope {
  return scopes.getStore() ?? NO_SCOPE;
}

/** Options with what the scope says where they say nothing: undefined is nothing, null is an answer. */
export function inScope<T extends ScopedOptions>(options: T): T {
  const scope = scopes.getStore();
  if (!scope) return options;
  const { tenantId = scope.tenantId, correlationId = scope.correlationId, caller = scope.caller } = options;
  return { ...options, tenantId, correlationId, caller };
}

/** A question with the tenant of the scope where it names none; the other facts of a scope choose nothing. */
export function inTenant<T extends Pick<ScopedOptions, 'tenantId'>>(query: T): T {
  const { tenantId } = inScope<ScopedOptions>({ tenantId: query.tenantId });
  return { ...query, tenantId };
}

interface ScopedOptions {
  readonly tenantId?: string | null;
  readonly correlationId?: string | null;
  readonly caller?: Caller;
}

/** The scope of a step: its instance's tenant and correlation id, and who started it. */
export function scopeOfStep(step: StepContext): WorkflowScope {
  const { tenantId, correlationId, caller } = step;
  return { tenantId, correlationId, caller, step };
}

const NO_SCOPE: WorkflowScope = {};
