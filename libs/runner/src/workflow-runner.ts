import { InvalidOptionsError, type Telling } from '@workflow-runner/contract';
import { LegacyHost, type LegacyInstance } from './legacy-host.js';
import type { RunnerListener } from './listeners.js';
import { NO_TOTALS } from './metrics-reader.js';
import type { RegisteredWorkflow } from './registered-workflow.js';
import { ResourceMeter } from './resource-meter.js';
import { healthDetails, type HealthDetail, type RunnerHealth } from './runner-health.js';
import type { IWorkflowRunnerMetrics, RunnerStats } from './runner-metrics.js';
import type { IWorkflowRunnerProps } from './runner-props.js';
import { RunnerQuestions } from './runner-questions.js';
import type { RunnerStatus } from './runner-status.js';

/** The seed's state, with the word for it. */
export interface IWorkflowState {
  readonly status: RunnerStatus;
  readonly workflows: readonly RegisteredWorkflow[];
  /** Null when the runner is not running. */
  readonly host: LegacyHost | null;
}

/**
 * The door to everything: registers workflows, starts instances, does things to them, answers questions about them.
 * Several may live in one process, each with workflows of its own.
 *
 * Everything that needs the store throws NotInitializedError before `initialize()`, StoppingError while it stops,
 * StoreUnavailableError while the store is away; what has the wrong shape is an InvalidRequestError.
 */
export class WorkflowRunner extends RunnerQuestions {
  /** workflow-es's own host, over this runner. */
  readonly host = new LegacyHost(this, (id) => this.loadLegacy(id));

  /**
   * The process's default runner; made by the first call. One that was stopped gives way to the next call with props.
   * @throws {InvalidOptionsError} it was made already, from other props
   */
  static getInstance(props?: IWorkflowRunnerProps): WorkflowRunner {
    if (standard && props !== undefined && props !== standard.props) {
      if (standard.runner.state.status !== 'stopped') {
        throw new InvalidOptionsError('props', 'the default runner was made already, from other props');
      }
      standard = null;
    }
    standard ??= { runner: new WorkflowRunner(props), props };
    return standard.runner;
  }

  /** The default runner; null before `getInstance` has made it. */
  static get current(): WorkflowRunner | null {
    return standard?.runner ?? null;
  }

  /** Makes a runner the process's default one, unless there is one that may still be used. */
  static makeDefault(runner: WorkflowRunner): void {
    const status = standard?.runner.state.status ?? 'stopped';
    if (status === 'stopped' || status === 'error') standard = { runner, props: undefined };
  }

  /** The counterpart of `makeDefault`: without effect when another one is the default. */
  static dropDefault(runner: WorkflowRunner): void {
    if (standard?.runner === runner) standard = null;
  }

  get state(): IWorkflowState {
    const { status } = this.lifecycle;
    return { status, workflows: this.catalog.all(), host: this.isInitialized ? this.host : null };
  }

  /** Figures at hand, at most five seconds old; zeros about the cluster when it is not running. */
  getMetrics(): IWorkflowRunnerMetrics {
    const metrics = this.lifecycle.value?.metrics;
    return {
      totalWorkflows: this.catalog.size,
      ...(metrics?.totals ?? NO_TOTALS),
      resourceUtilization: metrics?.resources ?? new ResourceMeter(this.settings.clock).read(),
    };
  }

  /** Figures about the cluster, fresh from the store. */
  async getStats(): Promise<RunnerStats> {
    return this.lifecycle.running.metrics.stats();
  }

  /** Never rejects. Instances that wait for a definition are named in the details. */
  async health(): Promise<RunnerHealth> {
    const { status, value: node } = this.lifecycle;
    const { clock } = this.settings;
    const isRunning = this.isInitialized && node !== null && node.host.isRunning;
    const notRunning: HealthDetail[] = [{ component: 'runner', message: `The runner is ${status}` }];
    const details = isRunning ? await healthDetails(node, clock) : notRunning;
    const database = isRunning && !details.some(({ component }) => component === 'store');
    // Where the store was away at the start, nothing runs yet.
    const workflowHost = isRunning && node.host.beginning.isOver;
    return {
      status: workflowHost && database ? 'healthy' : 'unhealthy',
      uptime: isRunning ? (clock.monotonic() - node.upSince) / 1_000 : 0,
      timestamp: new Date(clock.now()).toISOString(),
      components: { workflowHost, database },
      details,
      metrics: isRunning ? this.getMetrics() : null,
    };
  }

  /** Listens to what this process has done to instances; best effort, and no listener can disturb them. */
  on(event: Telling, listener: RunnerListener): this {
    this.listeners.add(event, listener);
    return this;
  }

  off(event: Telling, listener: RunnerListener): this {
    this.listeners.remove(event, listener);
    return this;
  }

  private async loadLegacy(instanceId: string): Promise<LegacyInstance | null> {
    const loaded = await this.lifecycle.running.store.load(instanceId);
    const workflowId = loaded?.record.workflowId;
    const definition = this.catalog.definitions().find((one) => one.workflowId === workflowId) ?? null;
    return loaded && { loaded, definition };
  }
}

/** The default runner, with the props it was made from. */
let standard: { readonly runner: WorkflowRunner; readonly props: IWorkflowRunnerProps | undefined } | null =
  null;
