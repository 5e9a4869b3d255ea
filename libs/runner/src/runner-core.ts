import { graphOf, type DefinitionGraph, type Sink } from '@workflow-runner/engine';
import { autoStart, type AutoStartReport } from './auto-start.js';
import { Catalog } from './catalog.js';
import { Listeners } from './listeners.js';
import type { RegisteredWorkflow } from './registered-workflow.js';
import { RunnerLifecycle } from './runner-lifecycle.js';
import type { IWorkflowRunnerProps } from './runner-props.js';
import { resolveProps, type RunnerSettings } from './runner-settings.js';
import { toRunningStep, type RunningStep } from './running-step.js';
import { beginNode, openNode, stopNode, type RunningNode } from './running-node.js';
import type { RunnerWorkflow } from './workflow-options.js';

/** Values of mongoose's `readyState`, for whichever store. */
const DISCONNECTED = 0;
const CONNECTED = 1;
const CONNECTING = 2;
const DISCONNECTING = 3;

/** The ground layer of a runner: its settings, its life and the workflows it knows. */
export abstract class RunnerCore {
  protected readonly settings: RunnerSettings;
  protected readonly catalog = new Catalog();
  protected readonly listeners: Listeners;
  protected readonly lifecycle: RunnerLifecycle<RunningNode>;
  private reports: readonly AutoStartReport[] = [];

  /** @throws {InvalidOptionsError} @throws {InvalidWorkflowError} @throws {WorkflowConflictError} */
  constructor(props: IWorkflowRunnerProps = {}) {
    this.settings = resolveProps(props);
    this.listeners = new Listeners(this.settings.logger);
    this.lifecycle = new RunnerLifecycle<RunningNode>(stopNode);
    for (const workflow of this.settings.workflows) this.catalog.add(workflow);
  }

  /**
   * Opens the store, recovers what was left behind, begins to run, starts what has `autoStart`. Calling it again
   * gives the same promise.
   * @throws {ComponentFailedError} names the part that failed; the state is `error` then
   */
  initialize(): Promise<void> {
    return this.lifecycle.start(async () => {
      const node = await openNode(this.settings, this.catalog, this.listeners);
      await this.beginOrStop(node);
      return node;
    });
  }

  /**
   * The first half of `initialize()`: opens the store. Instances may be started, and do not run yet.
   * @throws {ComponentFailedError} names the part that failed; the state is `error` then
   */
  protected open(): Promise<void> {
    return this.lifecycle.start(() => openNode(this.settings, this.catalog, this.listeners));
  }

  /** The second half: recovers, begins to run, starts what has `autoStart`. @throws {ComponentFailedError} */
  protected begin(): Promise<void> {
    return this.lifecycle.goOn((node) => this.beginOrStop(node));
  }

  private async beginOrStop(node: RunningNode): Promise<void> {
    try {
      await beginNode(node);
    } catch (error) {
      await stopNode(node).catch(() => undefined);
      throw error;
    }
    if (node.host.beginning.isOver) await this.autoStart(node);
    else node.host.beginning.onOver(() => void this.autoStart(node));
  }

  private async autoStart(node: RunningNode): Promise<void> {
    // A process that runs nothing is there to ask and to tell, not to begin.
    const definitions = this.settings.host.execute === false ? [] : this.catalog.definitions();
    this.reports = await autoStart(node, definitions, this.settings.logger);
  }

  /** Takes nothing new, waits up to `drainMs` for running steps, gives everything back, closes the store. */
  stop(): Promise<void> {
    return this.lifecycle.stop();
  }

  /** After `error`: back to `uninitialized`. @throws {RunnerTransitionError} from any other state */
  reset(): void {
    this.lifecycle.reset();
  }

  get isInitialized(): boolean {
    return this.lifecycle.status === 'running';
  }

  /** `readyState` is 1 when the store is open, as mongoose has it. */
  get connection(): { readonly readyState: number } {
    const { status, value } = this.lifecycle;
    if (status === 'initializing') return { readyState: CONNECTING };
    if (status === 'stopping') return { readyState: DISCONNECTING };
    const isOpen = status === 'running' && value?.store.health().status !== 'closed';
    return { readyState: isOpen ? CONNECTED : DISCONNECTED };
  }

  /** Name of the node it is in the store; null when it runs nothing. */
  get nodeId(): string | null {
    return this.lifecycle.value?.host.node?.nodeId ?? null;
  }

  /** Step bodies at work in this process. */
  runningSteps(): RunningStep[] {
    return (this.lifecycle.value?.host.stepsAtWork() ?? []).map(toRunningStep);
  }

  /**
   * Nothing is at work in this process: no step, no commit, no look at the store, no listener. What waits for its time
   * or for an event does not count.
   */
  get isIdle(): boolean {
    if (this.listeners.areAtWork) return false;
    const host = this.lifecycle.value?.host;
    return !host || (!host.isMoving && host.stepsAtWork().length === 0);
  }

  /** What the last `initialize()` did for workflows with `autoStart`. */
  get autoStarted(): readonly AutoStartReport[] {
    return this.reports;
  }

  /**
   * Tells a sink of everything in the store, at least once, from a cursor of its own that keeps the sink's name.
   * @throws {NotInitializedError} @returns how to stop
   */
  protected addSink(sink: Sink): () => Promise<void> {
    return this.lifecycle.running.host.addSink(sink);
  }

  /**
   * Makes a workflow known, before or while the runner runs. The same again changes nothing.
   * @throws {InvalidWorkflowError} @throws {WorkflowConflictError} the id stands for other steps already
   */
  async registerWorkflow(workflow: RunnerWorkflow): Promise<RegisteredWorkflow> {
    const definition = this.catalog.add(workflow);
    await this.lifecycle.started;
    if (this.isInitialized) await this.lifecycle.running.host.register(definition);
    return this.catalog.find(definition.workflowId);
  }

  /** Its instances wait as `unregistered` from then on. @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
  unregisterWorkflow(workflowId: string, version?: string | number): void {
    const id = this.catalog.remove(workflowId, version);
    if (this.isInitialized) this.lifecycle.running.host.unregister(id);
  }

  /** In the order of registration. */
  getRegisteredWorkflows(): readonly RegisteredWorkflow[] {
    return this.catalog.all();
  }

  /** Without a version the highest one. @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
  getWorkflow(workflowId: string, version?: string | number | null): RegisteredWorkflow {
    return this.catalog.find(workflowId, version);
  }

  /** Its steps and edges. @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
  getWorkflowGraph(workflowId: string, version?: string | number | null): DefinitionGraph {
    return graphOf(this.catalog.resolve(workflowId, version));
  }
}
