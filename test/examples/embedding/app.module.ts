import { Module } from '@nestjs/common';
import { WorkflowRunnerModule } from '@workflow-runner/runner';
import { ChargeCard, OrderWorkflow } from './order.workflow.js';
import { OrdersService } from './orders.service.js';
import { Payments } from './payments.js';

@Module({
  imports: [
    WorkflowRunnerModule.forRoot({ persistence: { connectionString: 'sqlite:./data/workflows.db' } }),
  ],
  providers: [OrderWorkflow, ChargeCard, Payments, OrdersService],
})
export class AppModule {}
