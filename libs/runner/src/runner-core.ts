import { graphOf, type DefinitionGraph, type WorkflowSource } from '@workflow-runner/engine';
import { autoStart, type AutoStartReport } from './auto-start.js';
import { Catalog } from './catalog.js';
import { Listeners } from './listeners.js';
import type { RegisteredWorkflow } from './registered-workflow.js';
import { RunnerLifecycle } from './runner-lifecycle.js';
import type { IWorkflowRunnerProps } from './runner-props.js';
import { resolveProps, type RunnerSettings } from './runner-settings.js';
import { startNode, stopNode, type RunningNode } from './running-node.js';

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
    this.lifecycle = new RunnerLifecycle<RunningNode>({ start: () => this.startUp(), stop: stopNode });
    for (const workflow of this.settings.workflows) this.catalog.add(workflow);
  }

  /**
   * Opens the store, recovers what was left behind, begins to run, starts what has `autoStart`. Calling it again
   * gives the same promise.
   * @throws {ComponentFailedError} names the part that failed; the state is `error` then
   */
  initialize(): Promise<void> {
    return this.lifecycle.start();
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

  /** What the last `initialize()` did for workflows with `autoStart`. */
  get autoStarted(): readonly AutoStartReport[] {
    return this.reports;
  }

  private async startUp(): Promise<RunningNode> {
    const { settings, catalog, listeners } = this;
    const node = await startNode(settings, catalog, listeners);
    // A process that runs nothing is there to ask and to tell, not to begin.
    const definitions = settings.host.execute === false ? [] : catalog.definitions();
    this.reports = await autoStart(node, definitions, settings.logger);
    return node;
  }

  /**
   * Makes a workflow known, before or while the runner runs. The same again changes nothing.
   * @throws {InvalidWorkflowError} @throws {WorkflowConflictError} the id stands for other steps already
   */
  async registerWorkflow(workflow: WorkflowSource): Promise<RegisteredWorkflow> {
    const definition = this.catalog.add(workflow);
    if (this.lifecycle.status === 'initializing') await this.initialize().catch(() => undefined);
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
