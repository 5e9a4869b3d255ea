import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import type { Order } from '../order.js';

/** The last step of every order, shipped or not. */
export class NotifyCustomer extends StepBody {
  order!: Order;
  message = '';

  run(context: StepContext): Promise<ExecutionResult> {
    const { orderId, customer, shipment } = this.order;
    const fate = shipment ? 'is on its way' : 'could not be fulfilled, and nothing was charged';
    this.message = `Dear ${customer}, your order ${orderId} ${fate}.`;
    context.logger.info('order.notified', { orderId, shipped: shipment !== undefined });
    return ExecutionResult.next();
  }
}
