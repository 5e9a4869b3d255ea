import type { WorkflowBuilder } from '@workflow-runner/runner';
import { fulfil } from './fulfilment.js';
import { APPROVAL_LIMIT, PACKING_DELAY_MS, type Order } from './order.js';
import { AskForApproval, PriceOrder, ValidateOrder } from './steps/check-order.js';
import { NotifyCustomer } from './steps/notify-customer.js';
import { PackOrder, ShipOrder } from './steps/shipping.js';

/** Check, have large sums approved, fulfil or undo, ship, tell the customer. */
export class OrderWorkflow {
  build(builder: WorkflowBuilder<Order>): void {
    builder
      .startWith(ValidateOrder)
      .input((step, order) => (step.order = order))
      .then(PriceOrder)
      .input((step, order) => (step.items = order.items))
      .output((step, order) => (order.total = step.total))
      .if((order) => (order.total ?? 0) > APPROVAL_LIMIT)
      .name('IfLarge')
      .do(approve)
      .saga(fulfil)
      .name('Fulfilment')
      .if((order) => order.confirmed === true)
      .name('IfConfirmed')
      .do(ship)
      .then(NotifyCustomer)
      .input((step, order) => (step.order = order))
      .output((step, order) => (order.message = step.message));
  }
}

function approve(large: WorkflowBuilder<Order>): void {
  large
    .startWith(AskForApproval)
    .waitFor('order.approved', (order) => order.orderId)
    .name('WaitForApproval')
    .output((step, order) => (order.approval = step.eventData as Order['approval']));
}

function ship(confirmed: WorkflowBuilder<Order>): void {
  confirmed
    .startWith(PackOrder)
    .delay(() => PACKING_DELAY_MS)
    .name('WaitForPacking')
    .then(ShipOrder)
    .output((step, order) => (order.shipment = step.shipment));
}
