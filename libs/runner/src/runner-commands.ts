import type { Buildable, WorkflowData } from '@workflow-runner/engine';
import type { Refusal } from './audit/refusal-ledger.js';
import { bulk, type BulkAction, type BulkOptions, type BulkResult } from './bulk.js';
import { checkControl, checkEvent, checkSignal } from './check-requests.js';
import * as questions from './questions.js';
import type * as Asked from './request-options.js';
import { RunnerCore } from './runner-core.js';
import { startAll } from './start-all.js';
import type { StartOptions, StartRequest, StartResult } from './start-options.js';
import { inScope, inTenant } from './workflow-scope.js';
import type { WorkflowType } from './workflow-type.js';

/**
 * The layer that changes things. Whatever resolves is durable. What is about one instance throws
 * InstanceNotFoundError for an unknown id and InvalidTransitionError where its status does not allow it.
 */
export abstract class RunnerCommands extends RunnerCore {
  /**
   * Starts an instance, by the id of the workflow or by its class.
   * @returns the instance's id; the earlier one's for a repeated idempotency key
   * @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} @throws {IdempotencyConflictError}
   * @throws {DataNotSerializableError} @throws {DataTooLargeError}
   */
  startWorkflow(
    workflowId: string,
    version?: string | number | null,
    data?: unknown,
    options?: StartOptions,
  ): Promise<string>;
  startWorkflow<W extends Buildable>(
    workflow: WorkflowType<W>,
    data: WorkflowData<W>,
    options?: StartOptions,
  ): Promise<string>;
  async startWorkflow(workflow: string | WorkflowType<Buildable>, ...rest: unknown[]): Promise<string> {
    const request =
      typeof workflow === 'function'
        ? { ...(rest[1] as StartOptions), workflowId: this.catalog.idOf(workflow), data: rest[0] }
        : {
            ...(rest[2] as StartOptions),
            workflowId: workflow,
            version: rest[0] as string | null,
            data: rest[1],
          };
    const [result] = await this.startWorkflows([request]);
    if ('error' in result!) throw result.error;
    return result!.instanceId;
  }

  /** Starts many in one commit group; results in the order of the requests, each with its own verdict. */
  async startWorkflows(requests: readonly StartRequest[]): Promise<StartResult[]> {
    return startAll(this.lifecycle.running.operations, requests);
  }

  /** Publishes to every instance that waits for this name and key; durable and delivered when it resolves. */
  async publishEvent(
    name: string,
    key: string,
    data?: unknown,
    options: Asked.EventOptions = {},
  ): Promise<Asked.EventReceipt> {
    const { operations } = this.lifecycle.running;
    const { id, accepted } = await operations.publish(checkEvent(name, key, data, inScope(options)));
    return { id, accepted };
  }

  /**
   * Sends data straight to an instance, for the wait it stands in or, before there is one, for the next.
   * @param stepName only for the wait of the step of this name
   */
  async signalWorkflow(
    instanceId: string,
    data?: unknown,
    stepName?: string,
    options: Asked.SignalOptions = {},
  ): Promise<void> {
    const signal = checkSignal(stepName, inScope(options));
    await this.lifecycle.running.operations.signal(instanceId, data, signal.stepName, signal.scope);
  }

  /** Running steps finish; it is `paused` when nothing runs any more. */
  async pauseWorkflow(instanceId: string, options: Asked.ControlOptions = {}): Promise<void> {
    await this.lifecycle.running.operations.control(instanceId, checkControl('pause', inScope(options)));
  }

  async resumeWorkflow(instanceId: string, options: Asked.ControlOptions = {}): Promise<void> {
    await this.lifecycle.running.operations.control(instanceId, checkControl('resume', inScope(options)));
  }

  /** Running steps see their AbortSignal, open sagas are compensated unless `compensate` is false. */
  async cancelWorkflow(
    instanceId: string,
    reason: string | null = null,
    { compensate = true, ...options }: Asked.CancelOptions = {},
  ): Promise<void> {
    const action = compensate ? 'cancel' : 'terminate';
    await this.lifecycle.running.operations.control(
      instanceId,
      checkControl(action, inScope({ ...options, reason })),
    );
  }

  /** Cancels without compensation. */
  async terminateWorkflow(
    instanceId: string,
    reason: string | null = null,
    options: Omit<Asked.ControlOptions, 'reason'> = {},
  ): Promise<void> {
    await this.cancelWorkflow(instanceId, reason, { ...options, compensate: false });
  }

  /** A failed instance goes on from what failed, with a fresh budget of attempts. */
  async retryWorkflow(
    instanceId: string,
    { fromPointer, data, ...asked }: Asked.RetryOptions = {},
  ): Promise<void> {
    const options = inScope(asked);
    const node = this.lifecycle.running;
    const command = checkControl('retry', options);
    await questions.assertKnown(node, instanceId, options);
    if (fromPointer !== undefined) await questions.assertFailedPointer(node, instanceId, fromPointer);
    await node.operations.control(instanceId, {
      ...command,
      data,
      ...(fromPointer !== undefined && { fromPointer }),
    });
  }

  /** Gives up what has failed: it becomes `cancelled`, and nothing is undone. @param reason is kept */
  async discardWorkflow(
    instanceId: string,
    reason: string,
    options: Omit<Asked.ControlOptions, 'reason'> = {},
  ): Promise<void> {
    const command = checkControl('discard', inScope({ ...options, reason }));
    await this.lifecycle.running.operations.control(instanceId, command);
  }

  /**
   * Does one thing to all instances that match, up to 10,000 a call. One whose status does not admit it is counted as
   * refused and disturbs nobody.
   * @throws {InvalidRequestError}
   */
  async bulk(action: BulkAction, query: Asked.InstanceQuery, options: BulkOptions = {}): Promise<BulkResult> {
    return bulk(() => this.lifecycle.running, action, inTenant(query), inScope(options));
  }

  /**
   * For doors: a request was refused. Those of a minute are gathered, so that none costs a write of its own. Nothing is
   * kept while the runner does not run.
   */
  noteRefusal(refusal: Refusal): void {
    this.lifecycle.value?.refusals.note(refusal);
  }

  /** An instance that waits as `definition-changed` goes on with the definition that is registered now. */
  async acceptWorkflow(instanceId: string, options: Asked.ControlOptions = {}): Promise<void> {
    await this.lifecycle.running.operations.control(instanceId, checkControl('accept', inScope(options)));
  }
}
