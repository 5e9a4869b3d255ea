import type { HealthDetail, RunnerHealth } from '@workflow-runner/runner';
import { Figure, Flag, ListOf, Moment, Of, OneOf, Shape, Text, Whole } from '../openapi/fields.js';

const State = OneOf('WorkflowHealthStatus', ['healthy', 'unhealthy']);
const Source = OneOf('WorkflowHealthSource', ['runner', 'store', 'instances']);

@Shape('WorkflowHealthComponents')
class ComponentsView {
  @Flag() readonly workflowHost!: boolean;
  @Flag({ description: 'False also while the store is degraded.' }) readonly database!: boolean;
}

@Shape('WorkflowHealthDetail', 'Something an operator should know.')
class DetailView {
  @Source() readonly component!: HealthDetail['component'];
  @Text() readonly message!: string;
}

@Shape('WorkflowResourceUtilization', 'What the process uses, measured over the last few seconds.')
class ResourcesView {
  @Figure({ description: 'Percent of one core.' }) readonly cpu!: number;
  @Figure({ description: 'Resident memory, in MiB.' }) readonly memory!: number;
  @Figure({ description: 'How late the event loop was at its worst hundredth, in ms.' })
  readonly eventLoopLagMs!: number;
}

@Shape('WorkflowMetrics', 'Figures about the cluster; rates and averages over the last 24 hours.')
class MetricsView {
  @Whole({ description: 'Workflows registered with this server.' }) readonly totalWorkflows!: number;
  @Whole({ description: 'Instances that have not ended.' }) readonly activeInstances!: number;
  @Whole({ description: 'Completed since midnight UTC.' }) readonly completedToday!: number;
  @Figure({ description: 'Failed ones among those that completed or failed, 0 to 1.' })
  readonly errorRate!: number;
  @Figure({ description: 'From creation to end, in ms.' }) readonly averageExecutionTime!: number;
  @Of(() => ResourcesView) readonly resourceUtilization!: ResourcesView;
}

@Shape('WorkflowHealth', 'Details and metrics are for callers with the permission system:monitor.')
export class HealthView {
  @State() readonly status!: RunnerHealth['status'];
  @Figure({ description: 'Seconds since the runner is running; 0 when it is not.' }) readonly uptime!: number;
  @Moment() readonly timestamp!: string;
  @Of(() => ComponentsView) readonly components!: ComponentsView;
  @ListOf(() => DetailView, { optional: true }) readonly details?: readonly DetailView[];
  @Of(() => MetricsView, { optional: true, nullable: true, description: 'Null when it is not running.' })
  readonly metrics?: MetricsView | null;
}

export function healthView(health: RunnerHealth, isMonitor: boolean): HealthView {
  const { status, uptime, timestamp, components, details, metrics } = health;
  return { status, uptime, timestamp, components, ...(isMonitor && { details, metrics }) };
}
