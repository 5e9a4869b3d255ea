import type { InstanceStatus } from '@workflow-runner/contract';

/** What the process uses, measured over the last few seconds. */
export interface ResourceUtilization {
  /** Percent of one core. */
  readonly cpu: number;
  /** Resident memory, in MiB. */
  readonly memory: number;
  /** How late the event loop was at its worst hundredth, in ms. */
  readonly eventLoopLagMs: number;
}

/** Figures about the whole cluster, at most five seconds old; rates and averages over the last 24 hours. */
export interface ClusterTotals {
  /** Instances that have not ended. */
  readonly activeInstances: number;
  /** Completed since midnight UTC. */
  readonly completedToday: number;
  /** Failed ones among those that completed or failed, 0 to 1. */
  readonly errorRate: number;
  /** From creation to end, in ms. */
  readonly averageExecutionTime: number;
}

export interface IWorkflowRunnerMetrics extends ClusterTotals {
  /** Workflows registered with this runner. */
  readonly totalWorkflows: number;
  readonly resourceUtilization: ResourceUtilization;
}

export interface RunnerStats extends ClusterTotals {
  readonly byStatus: Readonly<Record<InstanceStatus, number>>;
}
