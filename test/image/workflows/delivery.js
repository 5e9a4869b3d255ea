// Workflows of somebody else's, mounted into the image: a Nest module in an ES module without decorators' syntax. Its
// step is given the server's own runner, and its workflow waits for an event.
import { Inject, Injectable, Module } from '@nestjs/common';
import { ExecutionResult, StepBody, Workflow, WorkflowRunnerService } from '@workflow-runner/runner';

class Count extends StepBody {
  constructor(runner) {
    super();
    this.runner = runner;
  }

  async run() {
    this.count = this.runner.getRegisteredWorkflows().length;
    return ExecutionResult.next();
  }
}
Injectable()(Count);
Inject(WorkflowRunnerService)(Count, undefined, 0);

class Delivery {
  build(builder) {
    builder
      .startWith(Count)
      .output((step, data) => (data.known = step.count))
      .waitFor(
        'parcel.arrived',
        (data) => data.parcel,
        () => new Date(0),
      )
      .output((step, data) => (data.arrived = step.eventData));
  }
}
Workflow({ nameSpace: 'shop', name: 'delivery', version: '1.0.0' })(Delivery);

export class DeliveryModule {}
Module({ providers: [Count, Delivery] })(DeliveryModule);
