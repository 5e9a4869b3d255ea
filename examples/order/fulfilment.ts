import type { WorkflowBuilder } from '@workflow-runner/runner';
import type { Order } from './order.js';
import { ChargePayment, RefundPayment } from './steps/payment.js';
import { BookCourier, CancelCourier, ConfirmOrder } from './steps/shipping.js';
import { ReleaseStock, ReserveStock } from './steps/stock.js';

/** All or nothing: when one part fails, what was done is undone, the last first, and the workflow goes on behind it. */
export function fulfil(saga: WorkflowBuilder<Order>): void {
  saga
    .startWith(BookCourier)
    .input((step, order) => (step.order = order))
    .output((step, order) => (order.courier = step.courier))
    .compensateWith(CancelCourier, (undo) => undo.output((_step, order) => noteUndone(order, 'courier')))
    .parallel()
    .do(reserveStock)
    .do(chargePayment)
    .join()
    .then(ConfirmOrder)
    .output((_step, order) => (order.confirmed = true));
}

function reserveStock(branch: WorkflowBuilder<Order>): void {
  branch
    .startWith(ReserveStock)
    .input((step, order) => (step.order = order))
    .output((step, order) => (order.reservation = step.reservation))
    .compensateWith(ReleaseStock, (undo) => undo.output((_step, order) => noteUndone(order, 'reservation')));
}

function chargePayment(branch: WorkflowBuilder<Order>): void {
  branch
    .startWith(ChargePayment)
    .input((step, order) => (step.order = order))
    .output((step, order) => (order.payment = step.payment))
    .compensateWith(RefundPayment, (undo) => undo.output((_step, order) => noteUndone(order, 'payment')));
}

/** A step that failed half-way is compensated as well, so there may be nothing to take back. */
function noteUndone(order: Order, part: 'courier' | 'reservation' | 'payment'): void {
  if (order[part] === undefined) return;
  delete order[part];
  order.undone = [...(order.undone ?? []), part];
}
