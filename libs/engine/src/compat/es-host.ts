import { InstanceNotFoundError, InvalidTransitionError, type ControlAction } from '@workflow-runner/contract';
import type { WorkflowInstance } from '../authoring/workflow-es.js';
import { keyText } from '../decide/waits.js';
import { compile } from '../definition/compiled-definition.js';
import type { WorkflowSource } from '../definition/workflow-source.js';
import type { Operations } from '../host/operations.js';
import type { WorkflowHost } from '../host/workflow-host.js';
import { esInstanceOf } from './es-instance.js';

/** workflow-es's host over ours: its names, its arguments, its booleans. Starts and stops nothing. */
export class EsHost {
  constructor(
    readonly host: WorkflowHost,
    readonly operations: Operations,
  ) {}

  /**
   * Takes a class, an instance of one, or an `IWorkflow`. Known and checked when it returns.
   * @throws {InvalidWorkflowError} @throws {WorkflowConflictError} the id is registered with other steps
   */
  registerWorkflow(workflow: WorkflowSource): void {
    const definition = this.host.registry.register(compile(workflow));
    this.host.register(definition).catch((error: unknown) => {
      this.host.services.logger.error('workflow.not-announced', {
        workflowId: definition.workflowId,
        error: String(error),
      });
    });
  }

  /** Resolves with the id when the instance is durable, before its first step runs. */
  async startWorkflow(id: string, version?: number | string | null, data?: unknown): Promise<string> {
    const [verdict] = await this.operations.start([{ workflowId: id, version: version ?? null, data }]);
    if ('error' in verdict!) throw verdict.error;
    return verdict!.instanceId;
  }

  /** A time in the future: delivered then. */
  async publishEvent(
    eventName: string,
    eventKey: unknown,
    eventData?: unknown,
    eventTime?: Date,
  ): Promise<void> {
    const time = eventTime?.getTime() ?? null;
    await this.operations.publish({ name: eventName, key: keyText(eventKey), data: eventData, time });
  }

  suspendWorkflow(id: string): Promise<boolean> {
    return this.#control(id, 'pause');
  }

  resumeWorkflow(id: string): Promise<boolean> {
    return this.#control(id, 'resume');
  }

  terminateWorkflow(id: string): Promise<boolean> {
    return this.#control(id, 'terminate');
  }

  /** As it was at its last commit; undefined when unknown. */
  async getWorkflowInstance(id: string): Promise<WorkflowInstance | undefined> {
    const loaded = await this.host.services.store.load(id);
    return loaded ? esInstanceOf(loaded) : undefined;
  }

  /** False: unknown, or not possible from where the instance stands. */
  async #control(id: string, action: ControlAction): Promise<boolean> {
    try {
      await this.operations.control(id, { action });
      return true;
    } catch (error) {
      if (error instanceof InstanceNotFoundError || error instanceof InvalidTransitionError) return false;
      throw error;
    }
  }
}
