import {
  InstanceNotFoundError,
  InvalidTransitionError,
  type LoadedInstance,
} from '@workflow-runner/contract';
import { InstanceView, stateOf, type WorkflowInstance, type WorkflowSource } from '@workflow-runner/engine';
import type { CompiledDefinition } from '@workflow-runner/engine';

/** What the door of workflow-es asks of a runner. */
export interface LegacyDoor {
  readonly isInitialized: boolean;
  initialize(): Promise<void>;
  stop(): Promise<void>;
  startWorkflow(id: string, version?: string | number | null, data?: unknown): Promise<string>;
  registerWorkflow(workflow: WorkflowSource): Promise<unknown>;
  publishEvent(name: string, key: string, data: unknown, options: { time?: Date | null }): Promise<unknown>;
  pauseWorkflow(id: string): Promise<void>;
  resumeWorkflow(id: string): Promise<void>;
  terminateWorkflow(id: string): Promise<void>;
}

/** An instance as the store has it, with its definition where this runner knows it. */
export interface LegacyInstance {
  readonly loaded: LoadedInstance;
  readonly definition: CompiledDefinition | null;
}

/**
 * The host of workflow-es over a runner. Suspend, resume and terminate answer true when the wish was accepted, false
 * for an unknown id and for one whose status does not allow it; every other failure is thrown.
 */
export class LegacyHost {
  /** @internal */
  constructor(
    private readonly runner: LegacyDoor,
    private readonly load: (id: string) => Promise<LegacyInstance | null>,
  ) {}

  isRunning(): boolean {
    return this.runner.isInitialized;
  }

  start(): Promise<void> {
    return this.runner.initialize();
  }

  stop(): Promise<void> {
    return this.runner.stop();
  }

  startWorkflow(id: string, version?: number | string | null, data?: unknown): Promise<string> {
    return this.runner.startWorkflow(id, version, data);
  }

  async registerWorkflow(workflow: WorkflowSource): Promise<void> {
    await this.runner.registerWorkflow(workflow);
  }

  /** A time later than now: delivered then. Keys are compared as text. */
  async publishEvent(
    eventName: string,
    eventKey: string | number,
    eventData?: unknown,
    eventTime?: Date,
  ): Promise<void> {
    await this.runner.publishEvent(eventName, String(eventKey), eventData, { time: eventTime ?? null });
  }

  suspendWorkflow(id: string): Promise<boolean> {
    return accepted(this.runner.pauseWorkflow(id));
  }

  resumeWorkflow(id: string): Promise<boolean> {
    return accepted(this.runner.resumeWorkflow(id));
  }

  terminateWorkflow(id: string): Promise<boolean> {
    return accepted(this.runner.terminateWorkflow(id));
  }

  /**
   * In workflow-es's shape, a copy. Its pointers are those that stand open: the ended ones are in the history.
   * @returns undefined when unknown
   */
  async getWorkflowInstance(id: string): Promise<WorkflowInstance | undefined> {
    const found = await this.load(id);
    if (!found) return undefined;
    const { loaded, definition } = found;
    const view = new InstanceView(loaded.record, stateOf(loaded, definition), definition);
    const { workflowDefinitionId, version, description, createTime } = view;
    const { data, status, completeTime, nextExecution, executionPointers } = view;
    return {
      ...{ id, workflowDefinitionId, version, description, createTime },
      ...{ data, status, completeTime, nextExecution, executionPointers },
    };
  }
}

async function accepted(wish: Promise<void>): Promise<boolean> {
  try {
    await wish;
    return true;
  } catch (error) {
    if (error instanceof InstanceNotFoundError || error instanceof InvalidTransitionError) return false;
    throw error;
  }
}
