import { Inject, Injectable } from '@nestjs/common';
import {
  InjectWorkflow,
  OnWorkflowEvent,
  WorkflowRunnerService,
  type RunnerTelling,
  type WorkflowHandle,
} from '@workflow-runner/runner';
import { OrderWorkflow } from './order.workflow.js';

@Injectable()
export class OrdersService {
  readonly shipped: string[] = [];

  constructor(
    @InjectWorkflow(OrderWorkflow) private readonly orders: WorkflowHandle<OrderWorkflow>,
    @Inject(WorkflowRunnerService) private readonly runner: WorkflowRunnerService,
  ) {}

  /** The data has the type of the workflow. Asked twice, it starts once. */
  place(orderId: string, amount: number): Promise<string> {
    return this.orders.start({ orderId, amount }, { idempotencyKey: orderId });
  }

  async ship(orderId: string): Promise<void> {
    await this.runner.publishEvent('order.shipped', orderId);
  }

  /** At least once, from a cursor in the store: also what happened while this was not running. */
  @OnWorkflowEvent('completed', 'shop.*', { durable: 'orders' })
  onCompleted({ instanceId }: RunnerTelling): void {
    this.shipped.push(instanceId);
  }
}
