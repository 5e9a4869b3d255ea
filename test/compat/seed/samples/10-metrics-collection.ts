import type { IWorkflowRunnerMetrics } from '@workflow-runner/runner';
import type { MetricsSource } from '../declarations.js';

interface WorkflowRunner extends MetricsSource {}

class WorkflowRunner {
  // Built-in metrics collection
  private collectMetrics(): IWorkflowRunnerMetrics {
    return {
      totalWorkflows: this.state.workflows.length,
      activeInstances: this.getActiveInstanceCount(),
      completedToday: this.getCompletedTodayCount(),
      errorRate: this.calculateErrorRate(),
      averageExecutionTime: this.calculateAverageExecutionTime(),
      resourceUtilization: this.getResourceUtilization()
    };
  }
}

export { WorkflowRunner };
